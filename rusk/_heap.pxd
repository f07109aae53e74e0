# The heap: allocation, accounting, precise non-moving mark-sweep collection.
#
# Rules for callers. Everything that allocates may collect: the registers of the running fiber must have been saved (`Fiber.pc`, `x`, `r`, `fp`)
# and every object still needed must be reachable from a root. NULL (or False) means that the memory limit would be exceeded; nothing was changed.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from rusk._engine cimport (
    CLASSES, FLAG_COLOUR, LARGE_CLASS, Array, Cont, Fiber, Func, Heap, Obj, Program, Shape, Text,
)

cdef bint heap_init(Heap* h, const Program* program, int64_t limit, bint stress) noexcept nogil
cdef void heap_free(Heap* h) noexcept nogil

# --- allocation
cdef Obj* heap_refill(Heap* h, uint32_t cls, int64_t words) noexcept nogil      # slow path of `heap_new`; a cell whose w[0] is the next free one
cdef bint heap_reserve(Heap* h, int64_t nbytes) noexcept nogil                  # account for memory about to be taken; may collect
cdef void heap_release(Heap* h, int64_t nbytes) noexcept nogil
cdef void* heap_buffer(Heap* h, int64_t nbytes) noexcept nogil                  # malloc with accounting
cdef void* heap_resize(Heap* h, void* p, int64_t old, int64_t new) noexcept nogil
cdef uint32_t class_of(int64_t words) noexcept nogil                            # size class of an object with `words` words after the header

cdef inline Obj* heap_new(Heap* h, uint32_t cls, int64_t words, uint64_t head) noexcept nogil:
    """A new object with header ``head``; its words are not initialised and must be before the next allocation."""
    cdef Obj* o = h.free[cls]
    if o == NULL:
        o = heap_refill(h, cls, words)
        if o == NULL:
            return NULL
    h.free[cls] = <Obj*>o.w[0]
    o.head = head | h.colour
    h.allocations += 1
    return o

cdef Array* heap_array(Heap* h, uint64_t head, int64_t n, int64_t size) noexcept nogil     # n elements of `size` bytes, not initialised

# --- collection
cdef void heap_collect(Heap* h) noexcept nogil
cdef const Func* func_at(const Program* p, const uint64_t* pc) noexcept nogil      # the function that the next instruction belongs to; NULL: none
cdef const char* heap_check(Heap* h) noexcept nogil                            # walk everything; what is wrong, or NULL
