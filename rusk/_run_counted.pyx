# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The interpreter loop, with counting. Imported only by sessions that measure."""

cdef extern from *:
    """
    #define COUNTING 1
    """

include "_loop_counted.pxi"     # made of rusk/_loop.pxi by setup.py

ADDRESS = <size_t>&run

from rusk.code.opcodes import check_built_from

check_built_from(RUSK_TABLE, "rusk._run_counted")
