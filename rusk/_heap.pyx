# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Heap and collector.

Cells of equal size live in pages of 1 KiB (the first few) to 16 KiB; a page is given to allocation as a linked list of its free cells. Objects of more than
`MAX_CELL_WORDS` words are allocated singly. A collection marks from the roots with two explicit stacks (objects; rest of long arrays), then sweeps all
pages. The colour bit that means "live" alternates, so that sweeping does not touch live objects. R stacks are scanned up to the top of their
running activation; what lies above is cleared, so that every slot is NULL or a live object at any time.
"""

from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

from rusk._engine cimport (
    E_BYTE, E_REF, FLAG_FINAL, MAX_CELL_WORDS, PAGE_BYTES, RUSK_DEBUG, S_ARRAY, S_BYTES, S_CONT, S_STRING, Large, Page, ScanJob, refs,
    shape_id,
)
from rusk._fiber cimport fiber_free, fiber_release

cdef enum:
    MIN_BUDGET = 1 << 20        # bytes allocated between collections, at least
    CHUNK = 2048                # references of a long array marked in one go
    MAX_STACK = 1 << 20         # entries of the marking stack; beyond, the heap is rescanned
    MAX_POOL = 64               # fibers kept


# ---------------------------------------------------------------- life

cdef bint heap_init(Heap* h, const Program* program, int64_t limit, bint stress) noexcept nogil:
    memset(h, 0, sizeof(Heap))
    h.program = program
    h.shapes = program.shapes
    h.limit = limit
    h.stress = stress
    h.budget = MIN_BUDGET
    return True


cdef void heap_free(Heap* h) noexcept nogil:
    """Give everything back: fibers, objects, pages."""
    cdef Fiber* f
    cdef Fiber* up
    cdef int64_t i
    cdef Page* p
    cdef Large* big
    cdef Obj* o
    for i in range(h.npages):
        p = h.pages[i]
        o = first_cell(p)
        for _ in range(p.ncells):
            if o.head & FLAG_FINAL:
                finalise(h, o)
            o = next_cell(p, o)
        free(p)
    f = h.cur
    h.cur = NULL
    while f != NULL:
        up = f.parent
        fiber_release(h, f)
        f = up
    while h.pool != NULL:
        f = h.pool
        h.pool = f.next
        fiber_free(h, f)
    while h.large != NULL:
        big = h.large
        h.large = big.next
        free(big)
    free(h.pages)
    free(h.stack)
    free(h.jobs)
    free(h.consts)
    free(h.pins)
    h.pages = NULL
    h.npages = 0
    h.stack = NULL
    h.jobs = NULL
    h.consts = NULL
    h.nconsts = 0
    h.pins = NULL
    h.npins = 0
    h.used = 0


# ---------------------------------------------------------------- allocation

cdef uint32_t class_of(int64_t words) noexcept nogil:
    if words > MAX_CELL_WORDS:
        return LARGE_CLASS
    if words < 4:
        return 0 if words < 2 else <uint32_t>(words - 1)    # 8-byte header and 1, 2, 3 words
    if words <= 16:
        return <uint32_t>words - 1
    if words <= 32:
        return <uint32_t>(15 + (words - 15) // 2)           # 17-18: 16 ... 31-32: 23
    return <uint32_t>(23 + (words - 25) // 8)               # 33-40: 24 ... 57-64: 27


cdef inline int64_t class_words(uint32_t cls) noexcept nogil:
    if cls <= 15:
        return cls + 1
    if cls <= 23:
        return 16 + 2 * (<int64_t>cls - 15)
    return 32 + 8 * (<int64_t>cls - 23)


cdef inline Obj* first_cell(Page* p) noexcept nogil:
    return <Obj*>(<char*>p + sizeof(Page))


cdef inline Obj* next_cell(Page* p, Obj* o) noexcept nogil:
    return <Obj*>(<char*>o + p.cell)


cdef bint heap_reserve(Heap* h, int64_t nbytes) noexcept nogil:
    cdef bint fresh = False
    if h.stress or h.budget < nbytes:
        heap_collect(h)
        fresh = True
    if nbytes > h.limit - h.used:
        if not fresh:
            heap_collect(h)
        if nbytes > h.limit - h.used:
            h.failed = True
            return False
    h.used += nbytes
    h.budget -= nbytes
    return True


cdef void heap_release(Heap* h, int64_t nbytes) noexcept nogil:
    h.used -= nbytes


cdef void* heap_buffer(Heap* h, int64_t nbytes) noexcept nogil:
    cdef void* p
    if not heap_reserve(h, nbytes):
        return NULL
    p = malloc(nbytes if nbytes > 0 else 1)
    if p == NULL:
        heap_release(h, nbytes)
        h.failed = True
    return p


cdef void* heap_resize(Heap* h, void* p, int64_t old, int64_t new) noexcept nogil:
    cdef void* q
    if new > old:
        if not heap_reserve(h, new - old):
            return NULL
    q = realloc(p, new if new > 0 else 1)
    if q == NULL:
        if new > old:
            heap_release(h, new - old)
        h.failed = True
        return NULL
    if new < old:
        heap_release(h, old - new)
    return q


cdef Page* new_page(Heap* h, uint32_t cls) noexcept nogil:
    """A page of free cells of a class; the memory is accounted, the budget is not charged."""
    cdef Page* p
    cdef Page** list
    cdef Obj* o
    cdef Obj* next = NULL
    cdef int64_t i, n
    # a session that does little has small pages
    cdef int64_t size = PAGE_BYTES if h.npages >= 16 else PAGE_BYTES // 4 if h.npages >= 8 else PAGE_BYTES // 16
    if size > h.limit - h.used:
        return NULL
    if h.npages == h.cap_pages:
        n = 2 * h.cap_pages if h.cap_pages else 8
        list = <Page**>realloc(h.pages, n * sizeof(Page*))
        if list == NULL:
            return NULL
        h.pages = list
        h.cap_pages = n
    p = <Page*>malloc(size)
    if p == NULL:
        return NULL
    h.used += size
    h.pages[h.npages] = p
    h.npages += 1
    p.cls = cls
    p.cell = <int32_t>(8 + 8 * class_words(cls))
    p.bytes = size
    p.ncells = <int32_t>((size - sizeof(Page)) / p.cell)
    p.nfree = p.ncells
    p.next_avail = NULL
    for i in range(p.ncells - 1, -1, -1):
        o = <Obj*>(<char*>first_cell(p) + i * p.cell)
        o.head = 0
        o.w[0] = <int64_t>next
        next = o
    p.free = next
    return p


cdef Obj* new_large(Heap* h, int64_t words) noexcept nogil:
    cdef int64_t size = sizeof(Large) + 8 * words
    cdef Large* big
    if not heap_reserve(h, size):
        return NULL
    big = <Large*>malloc(size)
    if big == NULL:
        heap_release(h, size)
        return NULL
    big.size = size
    big.next = h.large
    h.large = big
    big.obj.head = 0
    big.obj.w[0] = 0
    return &big.obj


cdef Obj* heap_refill(Heap* h, uint32_t cls, int64_t words) noexcept nogil:
    cdef Page* p
    cdef Obj* o
    cdef bint fresh = False
    if cls == LARGE_CLASS:
        o = new_large(h, words)
        if o == NULL:
            h.failed = True
        return o
    if h.stress or h.budget <= 0:
        heap_collect(h)
        fresh = True
    p = h.avail[cls]
    if p == NULL:
        p = new_page(h, cls)
        if p == NULL and not fresh:
            heap_collect(h)
            p = h.avail[cls]
            if p == NULL:
                p = new_page(h, cls)
        if p == NULL:
            h.failed = True
            return NULL
        if h.avail[cls] == NULL:
            h.avail[cls] = p
    o = p.free
    if h.stress:                            # one cell only, so that the next allocation comes here again
        p.free = <Obj*>o.w[0]
        p.nfree -= 1
        o.w[0] = 0
    else:
        h.budget -= <int64_t>p.nfree * p.cell
        p.free = NULL
        p.nfree = 0
    if p.nfree == 0:
        h.avail[cls] = p.next_avail
    return o


cdef Array* heap_array(Heap* h, uint64_t head, int64_t n, int64_t size) noexcept nogil:
    cdef void* data = NULL
    cdef Array* a
    if n > (<int64_t>1 << 58):
        h.failed = True
        return NULL
    if n > 0:
        data = heap_buffer(h, n * size)
        if data == NULL:
            return NULL
    a = <Array*>heap_new(h, class_of(3), 3, head)
    if a == NULL:
        if data != NULL:
            free(data)
            heap_release(h, n * size)
        return NULL
    a.data = data
    a.len = n
    a.cap = n
    return a


# ---------------------------------------------------------------- marking

cdef bint grow_stack(Heap* h) noexcept nogil:
    cdef int64_t n = 2 * h.cap_stack if h.cap_stack else 1024
    cdef Obj** s
    if n > MAX_STACK:
        return False
    s = <Obj**>realloc(h.stack, n * sizeof(Obj*))
    if s == NULL:
        return False
    h.stack = s
    h.cap_stack = n
    return True


cdef inline void mark(Heap* h, Obj* o) noexcept nogil:
    if o == NULL or (o.head & FLAG_COLOUR) == h.colour:
        return
    o.head ^= FLAG_COLOUR
    if h.nstack == h.cap_stack and not grow_stack(h):
        h.overflow = True
        return
    h.stack[h.nstack] = o
    h.nstack += 1


cdef void mark_range(Heap* h, Obj** at, int64_t n) noexcept nogil:
    """Mark n references; of a long run the first part now, the rest as a job."""
    cdef int64_t i, now = n if n < CHUNK else CHUNK
    cdef ScanJob* jobs
    if now < n:
        if h.njobs == h.cap_jobs:
            i = 2 * h.cap_jobs if h.cap_jobs else 64
            jobs = <ScanJob*>realloc(h.jobs, i * sizeof(ScanJob))
            if jobs == NULL:
                now = n                 # no room for jobs: at once, the marking stack may overflow
            else:
                h.jobs = jobs
                h.cap_jobs = i
        if now < n:
            h.jobs[h.njobs].at = at + now
            h.jobs[h.njobs].left = n - now
            h.njobs += 1
    for i in range(now):
        mark(h, at[i])


cdef const Func* func_at(const Program* p, const uint64_t* pc) noexcept nogil:
    """``pc``: the next instruction, which follows one of the function, or is its first."""
    cdef int32_t lo = 0, hi = p.nfuncs + 1, mid
    while lo < hi:
        mid = (lo + hi) // 2
        if p.funcs[mid].code <= pc:
            lo = mid + 1
        else:
            hi = mid
    return &p.funcs[lo - 1] if lo else NULL


cdef void scan_fiber(Heap* h, Fiber* f) noexcept nogil:
    cdef const Func* func = func_at(h.program, f.pc)
    cdef int64_t top = (f.r - f.rs) + (func.nr if func != NULL else 0)
    if top > f.cap_r:                   # trapped by the last instruction of a function: pc is that of the next one
        top = f.cap_r
    memset(f.rs + top, 0, (f.cap_r - top) * sizeof(Obj*))
    mark_range(h, f.rs, top)


cdef void scan(Heap* h, Obj* o) noexcept nogil:
    cdef const Shape* shape = &h.shapes[shape_id(o)]
    cdef Fiber* f
    cdef Obj** at = <Obj**>refs(o)
    cdef uint32_t i
    if shape.kind == S_STRING or shape.kind == S_BYTES:
        mark(h, (<Text*>o).owner)
    elif shape.kind == S_ARRAY:
        if shape.elem == E_REF:
            mark_range(h, <Obj**>(<Array*>o).data, (<Array*>o).len)
    elif shape.kind == S_CONT:
        if (<Cont*>o).bottom != NULL:
            f = (<Cont*>o).top
            while f != NULL:
                scan_fiber(h, f)
                f = f.parent
    else:
        for i in range(shape.nrefs):
            mark(h, at[i])


cdef void drain(Heap* h) noexcept nogil:
    cdef ScanJob job
    while True:
        while h.nstack > 0:
            h.nstack -= 1
            scan(h, h.stack[h.nstack])
        if h.njobs == 0:
            return
        h.njobs -= 1
        job = h.jobs[h.njobs]
        mark_range(h, job.at, job.left)


cdef void rescan(Heap* h) noexcept nogil:
    """After an overflow: scan every marked object again, until all their references are marked."""
    cdef int64_t i
    cdef int32_t k
    cdef Page* p
    cdef Large* big
    cdef Obj* o
    while h.overflow:
        h.overflow = False
        for i in range(h.npages):
            p = h.pages[i]
            o = first_cell(p)
            for k in range(p.ncells):
                if o.head and (o.head & FLAG_COLOUR) == h.colour:
                    scan(h, o)
                    drain(h)
                o = next_cell(p, o)
        big = h.large
        while big != NULL:
            if (big.obj.head & FLAG_COLOUR) == h.colour:
                scan(h, &big.obj)
                drain(h)
            big = big.next


# ---------------------------------------------------------------- sweeping

cdef void finalise(Heap* h, Obj* o) noexcept nogil:
    """Give back what a dead array or continuation owns beside its cell."""
    cdef Array* a
    cdef Fiber* f
    cdef Fiber* up
    cdef const Shape* shape = &h.shapes[shape_id(o)]
    if shape.kind == S_ARRAY:
        a = <Array*>o
        if a.data != NULL:
            free(a.data)
            heap_release(h, a.cap if shape.elem == E_BYTE else a.cap * 8)
    elif shape.kind == S_CONT:
        f = (<Cont*>o).top if (<Cont*>o).bottom != NULL else NULL
        while f != NULL:
            up = f.parent
            fiber_release(h, f)
            f = up


cdef int32_t sweep_page(Heap* h, Page* p) noexcept nogil:
    """Rebuild the list of free cells; the number of live ones."""
    cdef int32_t i, nfree = 0
    cdef uint64_t colour = h.colour
    cdef Obj* next = NULL
    cdef Obj* o = <Obj*>(<char*>first_cell(p) + (p.ncells - 1) * p.cell)
    for i in range(p.ncells):
        if o.head == 0:
            o.w[0] = <int64_t>next
            next = o
            nfree += 1
        elif (o.head & FLAG_COLOUR) != colour:
            if o.head & FLAG_FINAL:
                finalise(h, o)
            if RUSK_DEBUG:
                memset(o, 0xDB, p.cell)
            o.head = 0
            o.w[0] = <int64_t>next
            next = o
            nfree += 1
        o = <Obj*>(<char*>o - p.cell)
    p.free = next
    p.nfree = nfree
    return p.ncells - nfree


cdef void sweep(Heap* h) noexcept nogil:
    cdef int64_t i, kept = 0, spare = 0
    cdef Page* p
    cdef Large** link
    cdef Large* big
    h.free_bytes = 0
    memset(h.avail, 0, sizeof(h.avail))
    for i in range(h.npages - 1, -1, -1):
        p = h.pages[i]
        if sweep_page(h, p) == 0:
            spare += p.bytes
            if spare > MIN_BUDGET + h.used // 4:
                h.used -= p.bytes
                free(p)
                h.pages[i] = NULL
                continue
        if p.nfree:
            h.free_bytes += <int64_t>p.nfree * p.cell
            p.next_avail = h.avail[p.cls]
            h.avail[p.cls] = p
    for i in range(h.npages):
        if h.pages[i] != NULL:
            h.pages[kept] = h.pages[i]
            kept += 1
    h.npages = kept
    link = &h.large
    while link[0] != NULL:
        big = link[0]
        if (big.obj.head & FLAG_COLOUR) != h.colour:
            link[0] = big.next
            if big.obj.head & FLAG_FINAL:
                finalise(h, &big.obj)
            heap_release(h, big.size)
            free(big)
        else:
            link = &big.next


cdef void heap_collect(Heap* h) noexcept nogil:
    cdef int64_t i
    cdef Fiber* f
    if h.frozen:
        return
    h.collections += 1
    memset(h.free, 0, sizeof(h.free))       # what is left of the lists is found again by the sweep
    h.colour ^= FLAG_COLOUR
    h.nstack = 0
    h.njobs = 0
    h.overflow = False
    f = h.cur
    while f != NULL:
        scan_fiber(h, f)
        drain(h)
        f = f.parent
    mark(h, h.land)
    mark(h, h.trap_obj)
    mark(h, h.temp)
    mark_range(h, h.consts, h.nconsts)
    drain(h)
    mark_range(h, h.pins, h.npins)
    drain(h)
    if h.overflow:
        rescan(h)
    sweep(h)
    i = 0
    f = h.pool
    while f != NULL:                        # stale references in pooled fibers
        if f.dirty:
            memset(f.rs, 0, f.cap_r * sizeof(Obj*))
            f.dirty = False
        f = f.next
    while h.npool > MAX_POOL:
        f = h.pool
        h.pool = f.next
        h.npool -= 1
        fiber_free(h, f)
    i = h.used - h.free_bytes
    h.budget = i if i > MIN_BUDGET else MIN_BUDGET


# ---------------------------------------------------------------- checking

cdef const char* check_ref(Heap* h, Obj* o) noexcept nogil:
    if o == NULL:
        return NULL
    if <int64_t>o & 7:
        return "misaligned reference"
    if o.head == 0:
        return "reference to a free cell"
    if (o.head & FLAG_COLOUR) != h.colour:
        return "live object of the wrong colour"
    if shape_id(o) >= <uint32_t>h.program.nshapes:
        return "bad shape"
    return NULL


cdef const char* check_refs(Heap* h, Obj** at, int64_t n) noexcept nogil:
    cdef int64_t i
    cdef const char* bad
    for i in range(n):
        bad = check_ref(h, at[i])
        if bad != NULL:
            return bad
    return NULL


cdef const char* check_fiber(Heap* h, Fiber* f) noexcept nogil:
    if f.r < f.rs or f.r > f.rs + f.cap_r:
        return "R stack out of range"
    if f.x < f.xs or f.x > f.xs + f.cap_x:
        return "X stack out of range"
    if f.fp < f.fs or f.fp > f.fs + f.cap_f:
        return "frame stack out of range"
    return check_refs(h, f.rs, f.cap_r)


cdef const char* check_object(Heap* h, Obj* o) noexcept nogil:
    cdef const Shape* shape
    cdef const char* bad
    cdef Array* a
    cdef Fiber* f
    bad = check_ref(h, o)
    if bad != NULL:
        return bad
    shape = &h.shapes[shape_id(o)]
    if shape.kind == S_STRING or shape.kind == S_BYTES:
        if (<Text*>o).len < 0 or (<Text*>o).data == NULL:
            return "bad text"
        return check_ref(h, (<Text*>o).owner)
    if shape.kind == S_ARRAY:
        a = <Array*>o
        if a.len < 0 or a.len > a.cap or (a.cap > 0 and a.data == NULL):
            return "bad array"
        return check_refs(h, <Obj**>a.data, a.len) if shape.elem == E_REF else NULL
    if shape.kind == S_CONT:
        if (<Cont*>o).bottom == NULL:
            return NULL
        if (<Cont*>o).bottom.parent != NULL:
            return "suspended chain has a parent"
        f = (<Cont*>o).top
        while f != NULL:
            bad = check_fiber(h, f)
            if bad != NULL:
                return bad
            if f.parent == NULL and f != (<Cont*>o).bottom:
                return "chain does not end at its bottom"
            f = f.parent
        return NULL
    return check_refs(h, <Obj**>refs(o), shape.nrefs)


cdef const char* heap_check(Heap* h) noexcept nogil:
    """Collect, then check every invariant of the heap and of all fibers."""
    cdef int64_t i, nfree
    cdef int32_t k
    cdef Page* p
    cdef Obj* o
    cdef Large* big
    cdef Fiber* f
    cdef const char* bad
    heap_collect(h)
    for i in range(h.npages):
        p = h.pages[i]
        nfree = 0
        o = p.free
        while o != NULL:
            if o.head != 0:
                return "live cell in a free list"
            nfree += 1
            if nfree > p.ncells:
                return "endless free list"
            o = <Obj*>o.w[0]
        if nfree != p.nfree:
            return "wrong count of free cells"
        o = first_cell(p)
        for k in range(p.ncells):
            if o.head:
                bad = check_object(h, o)
                if bad != NULL:
                    return bad
            o = next_cell(p, o)
    big = h.large
    while big != NULL:
        bad = check_object(h, &big.obj)
        if bad != NULL:
            return bad
        big = big.next
    f = h.cur
    while f != NULL:
        bad = check_fiber(h, f)
        if bad != NULL:
            return bad
        f = f.parent
    bad = check_refs(h, h.pins, h.npins)
    if bad == NULL:
        bad = check_refs(h, h.consts, h.nconsts)
    if bad == NULL and h.used < 0:
        return "negative accounting"
    return bad
