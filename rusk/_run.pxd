from rusk._engine cimport Session, Status

cdef Status run(Session* s) noexcept nogil
