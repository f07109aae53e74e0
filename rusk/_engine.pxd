# The engine's data structures: objects, shapes, fibers, programs, sessions. Declarations only; read this first.
#
# Who owns what:
#   Program   immutable, made by `Code` (rusk._interp) from an image, shared by any number of sessions and threads.
#   Session   one run: heap, fibers, budgets. All its memory is its own; nothing in it is a Python object.
#   Fiber     one stack. It hangs either in the chain of the running fiber (`Session.cur`, `Fiber.parent`) or in the chain of
#             exactly one unused continuation object, or in the pool.

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "_engine.h" nogil:
    bint likely(bint)
    bint unlikely(bint)
    bint RUSK_DEBUG

    # header word of an object: shape id (32 bits), variant tag (16), flags (16)
    const uint64_t HEAD_SHAPE           # mask
    const uint64_t FLAG_COLOUR          # collector: the object is live when equal to Heap.colour
    const uint64_t FLAG_FINAL           # has memory of its own beside the cell: arrays, continuations
    const uint64_t FLAG_ASCII           # text known to be ASCII
    const uint64_t FLAG_SHARED          # array: the host holds a memoryview, its length must not change
    const uint64_t FLAG_JOINED          # text made by concatenation: the next one may be an append
    const uint64_t FLAG_BUFFER          # text that only owns the bytes of others, with room for more: see text_append
    uint32_t shape_id(const Obj*)
    uint32_t variant_tag(const Obj*)


cdef enum:                              # as in rusk.code.image
    S_FREE, S_STRING, S_BYTES, S_CONT, S_STRUCT, S_TUPLE, S_VARIANT, S_ARRAY, S_CLOSURE, S_CELL, S_BOX

cdef enum:
    E_WORD, E_BYTE, E_REF

cdef enum:
    SHAPE_STRING = 1
    SHAPE_BYTES = 2
    SHAPE_CONT = 3
    CLASSES = 30                        # size classes of cells; the last one stands for "large"
    LARGE_CLASS = 29
    MAX_CELL_WORDS = 64                 # greatest object that lives in a cell
    PAGE_BYTES = 16384
    STACK_SLACK = 8                     # slots past the limit of a stack that may be written to
    RESULTS = 8                         # most results of a function (rusk.code.opcodes)


# ---------------------------------------------------------------- objects

cdef struct Obj:
    uint64_t head
    int64_t w[1]                        # references first, then scalars

cdef struct Text:                       # string, bytes
    uint64_t head
    Obj* owner                          # the object that holds the bytes; NULL: this one, or the program
    const uint8_t* data
    int64_t len

cdef struct Array:
    uint64_t head
    void* data                          # int64_t*, uint8_t* or Obj**
    int64_t len
    int64_t cap

cdef struct Cont:
    uint64_t head
    Fiber* bottom                       # NULL once used
    Fiber* top
    int64_t depth                       # activations on its fibers
    int64_t pad

cdef struct Shape:
    uint64_t head                       # header of a new object, without colour
    uint32_t nwords
    uint32_t nrefs
    int32_t func                        # closures: the function
    uint8_t kind
    uint8_t elem
    uint8_t cls                         # size class

cdef inline Obj** refs(Obj* o) noexcept nogil:
    return <Obj**>o.w


# ---------------------------------------------------------------- programs

cdef struct Func:
    const uint64_t* code
    uint32_t nx
    uint32_t nr
    uint32_t clear_from                 # R registers from here up to nr are cleared at entry
    uint32_t cost
    uint32_t nxp                        # parameters by file; a closure's environment stands in R[nrp]
    uint32_t nrp

cdef struct Clause:
    int32_t op
    int32_t guard                       # closure index, -1 without
    int32_t arm
    int32_t guard_func
    int32_t arm_func
    int32_t mode

cdef enum:                              # modes of a clause
    ABORT, CAPTURE, DIRECT

cdef struct Handler:
    Clause* clauses
    int32_t nclauses
    int32_t nclosures                   # without the body
    int32_t body_func
    int32_t ret_ref                     # the result is a reference

cdef struct OpSig:                      # effect operation or host import
    uint32_t nxp
    uint32_t nrp
    int32_t ret_ref
    int32_t ret                         # type
    int32_t nparams
    int32_t* params                     # types

cdef struct Slot:                       # dispatch: function of shape `first + i`, or -1
    int32_t* funcs
    uint32_t first
    uint32_t count

cdef struct Program:
    uint64_t* code                      # all code, then the stubs
    int64_t ncode
    Func* funcs                         # one more than nfuncs: the stubs
    int32_t nfuncs
    int32_t nshapes
    Shape* shapes
    int64_t* consts
    uint8_t* kinds                      # by type: kind (rusk.code.image); for a view that of what is viewed
    int32_t* viewed                     # by type: itself, or what is viewed
    uint64_t** tests                    # bit sets of shapes
    Slot* slots
    Handler* handlers
    OpSig* ops
    OpSig* imports
    Text* texts                         # object constants that are text; data NULL for the others
    uint64_t* heads                     # header of the others
    int32_t nobjects
    int32_t ntests
    int32_t nslots
    int32_t nhandlers
    int32_t nops
    int32_t nimports
    int32_t ntypes
    uint64_t* stub_root                 # where the bottom activations of fibers, guards, pushed continuations return to
    uint64_t* stub_fiber
    uint64_t* stub_guard
    uint64_t* stub_push


# ---------------------------------------------------------------- fibers

cdef struct Frame:                      # where an activation returns to: the instruction after the call, and what to take off x and r
    const uint64_t* pc
    uint32_t dx
    uint32_t dr

cdef struct MarkPoint:                  # a target of Exit: the activation with `depth` frames below it
    int64_t token
    int32_t type                        # of the value
    const uint64_t* landing
    int64_t depth
    int64_t x
    int64_t r

cdef struct Fiber:
    # registers of the machine, valid while the fiber is not running in the loop
    const uint64_t* pc                  # next instruction; of a fiber that waits, pc[-1] (CallW: pc[-2]) is the call
    int64_t* x                          # base of the running activation
    Obj** r
    Frame* fp                           # first unused frame
    # limits: an activation needs x + nx <= xlim, r + nr <= rlim, fp < flim
    int64_t* xlim
    Obj** rlim
    Frame* flim
    int64_t* xs
    Obj** rs                            # begins with the clause closures of the handler
    Frame* fs
    MarkPoint* marks
    int32_t nmarks
    int32_t cap_marks
    int64_t cap_x
    int64_t cap_r
    int64_t cap_f
    const Handler* handler
    Fiber* parent                       # where the result is awaited
    Fiber* next                         # in the pool
    int32_t active                      # the scrutinee is running
    int32_t dirty                       # pool: the R stack is not cleared yet


# ---------------------------------------------------------------- heap

cdef struct Page:
    Page* next_avail
    Obj* free                           # free cells, linked by w[0]
    int32_t nfree
    int32_t cls
    int32_t cell                        # bytes
    int32_t ncells
    int64_t bytes                       # of the page

cdef struct Large:
    Large* next
    int64_t size
    Obj obj

cdef struct ScanJob:                    # references still to be marked: the collector's second stack
    Obj** at
    int64_t left

cdef struct Heap:
    Obj* free[CLASSES]                  # the cells that allocation takes, linked by w[0]
    uint64_t colour                     # colour of live objects
    const Shape* shapes
    const Program* program
    int64_t used                        # bytes: pages, large objects, buffers, stacks
    int64_t limit
    int64_t budget                      # bytes until the next collection
    int32_t stress                      # collect at every allocation
    int32_t failed                      # the last request was over the limit
    int32_t frozen                      # no collection: a saved session is being read, nothing is a root yet
    Page** pages
    int64_t npages
    int64_t cap_pages
    Page* avail[CLASSES]                # pages with free cells
    Large* large
    Obj** stack                         # marking
    int64_t nstack
    int64_t cap_stack
    ScanJob* jobs
    int64_t njobs
    int64_t cap_jobs
    int32_t overflow                    # a stack could not grow: rescan
    int64_t free_bytes                  # in cells, after the last sweep
    int64_t allocations
    int64_t collections
    # roots
    Fiber* cur
    Fiber* pool
    int64_t npool
    Obj* land                           # a value on its way to a landing point
    Obj* trap_obj                       # message of T_PANIC and T_OBJECT
    Obj* temp                           # an object that a function is building
    Obj** consts
    int64_t nconsts
    Obj** pins                          # objects that the host refers to, by index; NULL where free
    int64_t npins


# ---------------------------------------------------------------- sessions

cdef enum Status:
    ST_DONE, ST_CHUNK, ST_TRAP, ST_HOST, ST_REQUEST, ST_STOP

cdef enum:                              # kinds of traps
    T_NONE, T_TEXT, T_OBJECT, T_PANIC, T_UNHANDLED, T_MEMORY, T_DEPTH

cdef struct Session:
    Heap heap
    const Program* program
    int64_t fuel                        # left of the current chunk; may go below 0
    int64_t depth_below                 # activations on the fibers below `cur`
    int64_t max_depth
    int64_t tokens                      # source of Mark tokens
    int64_t secret
    int64_t land_x                      # value on its way to a landing point (a reference: heap.land)
    int32_t index                       # ST_HOST: import, ST_REQUEST: operation; T_UNHANDLED: operation
    int32_t callee                      # function that the loop must call: a DIRECT arm
    const uint8_t* external             # by operation: unhandled performs become requests
    int32_t trap                        # T_*, once trapped
    char trap_text[200]                 # message of T_TEXT
    int64_t* counts                     # metrics: executed instructions by opcode
    const uint8_t* stops                # by word of code: stop before it (with metrics only); NULL: nowhere
    int32_t stopped                     # before the next instruction, which is to be executed now
    int64_t host_calls
    int64_t max_frames
    int64_t max_handlers
    int64_t captured
    int64_t skipped
    int64_t direct                      # arms run on top of the performer: captured and resumed, for the counters
    int64_t handlers
