# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""Loading images, running sessions."""

import os
from time import monotonic

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

from rusk._engine cimport (
    ABORT, CAPTURE, DIRECT, E_BYTE, E_REF, E_WORD, FLAG_ASCII, FLAG_FINAL, S_ARRAY, S_BOX, S_BYTES, S_CELL, S_CLOSURE, S_CONT, S_FREE, S_STRING, S_STRUCT,
    S_TUPLE, S_VARIANT, SHAPE_BYTES, SHAPE_CONT, SHAPE_STRING, ST_CHUNK, ST_DONE, ST_HOST, ST_REQUEST, ST_STOP, ST_TRAP,
    T_DEPTH, T_MEMORY, T_NONE, T_OBJECT, T_PANIC, T_TEXT, T_UNHANDLED, Clause, Frame, Func, Handler, OpSig, Shape, Slot, Text, shape_id,
)
from rusk._engine cimport Cont as Continuation, Fiber
from rusk._fiber cimport STOP_TRAP, fiber_new, grow, push, resume, set_limits
from rusk._heap cimport class_of, func_at, heap_check, heap_collect, heap_free, heap_init, heap_new
from rusk._opcodes cimport *
from rusk._run cimport run
from rusk._text cimport utf8_valid
from rusk._values cimport (
    C_DONE, C_FUEL, C_HOST, C_INTERRUPT, C_NEW, C_REQUEST, C_STOP, C_TRAPPED, K_NEVER, Cont, from_python, rusk_leave, to_python, to_text, to_view,
)

from rusk._values import MemoryLimit, Mismatch
from rusk.code.errors import HostTypeError, InvalidContinuationError, InvalidStateError
from rusk.code import image as _image
from rusk.code.image import O_CONT, O_OBJECT, O_STRING, READONLY
from rusk.code.opcodes import check_built_from, stale

check_built_from(RUSK_TABLE, "rusk._interp")
if (
    S_FREE, S_STRING, S_BYTES, S_CONT, S_STRUCT, S_TUPLE, S_VARIANT, S_ARRAY, S_CLOSURE, S_CELL, S_BOX, E_WORD, E_BYTE, E_REF, SHAPE_STRING,
    SHAPE_BYTES, SHAPE_CONT, ABORT, CAPTURE, DIRECT,
) != tuple([getattr(_image, name) for name in (
    "S_FREE S_STRING S_BYTES S_CONT S_STRUCT S_TUPLE S_VARIANT S_ARRAY S_CLOSURE S_CELL S_BOX E_WORD E_BYTE E_REF SHAPE_STRING "
    "SHAPE_BYTES SHAPE_CONT ABORT CAPTURE DIRECT"
).split()]):
    raise stale("rusk._interp", "image")


cdef extern from "Python.h":
    ctypedef struct PyTupleObject:
        PyObject** ob_item
    object PyObject_Vectorcall(object f, PyObject** args, size_t n, PyObject* names)
    PyObject* PyTuple_GET_ITEM(object t, Py_ssize_t i)
    unsigned long PyThread_get_thread_ident()

# status of a session
NEW, DONE, FUEL, INTERRUPT, TRAPPED, REQUEST, HOST, STOP = range(8)

cdef enum:
    CHUNK = 100_000             # fuel between two looks at signals, deadline and interrupts
    BRIEF = 2_000               # fuel for the first stretch of a step or after a host call, with the GIL
    STUBS = 8                   # words behind the code of a program
    KEEP = 1 << 18              # a session that uses no more bytes serves the next call of a `Function`

DEFAULT_MEMORY = 1 << 30
DEFAULT_DEPTH = 2_000_000


include "_code.pxi"


# ---------------------------------------------------------------- sessions

cdef str said(e):
    """The text of an exception of the host, whose class may be anything."""
    try:
        return str(e)
    except Exception:
        return type(e).__name__


cdef void land(Machine* m, Fiber* f) noexcept:
    """Take the value that is on its way to a landing point at once: what is put on top may have exits of its own."""
    cdef uint64_t w = f.pc[0]
    cdef unsigned short op = rusk_base[w & 0xFFFF]
    if op == OP_LandX:
        f.x[(w >> 16) & 0xFFFF] = m.land_x
        f.pc += 1
    elif op == OP_LandR:
        f.r[(w >> 16) & 0xFFFF] = m.heap.land
        m.heap.land = NULL
        f.pc += 1


@cython.no_gc_clear                         # its memory refers to that of its Code to the end
cdef class Session:
    """One run of a program.

    ``memory``: limit in bytes; ``depth``: activations; ``deadline``: seconds from now, or None. ``hosts``: for each import of the image a
    callable, or None; ``by_ref``: indices of those that get views of their arguments. ``external``: indices of the operations that become requests when unhandled. ``metrics``: count. ``stress``: collect
    at every allocation (also by RUSK_STRESS=1). ``secret``: for bucket selection of maps; random by default.
    """

    def __cinit__(self, Code code not None, *, memory=DEFAULT_MEMORY, depth=DEFAULT_DEPTH, deadline=None, hosts=(), by_ref=(), external=(),
                  metrics=False, stress=None, secret=None):
        cdef Machine* m = &self.machine
        cdef Program* p = &code.program
        cdef int64_t i
        cdef Text* t
        memset(m, 0, sizeof(Machine))
        self.code = code
        self.status = C_NEW
        self.image = code.image
        self.makers = code.makers
        self.splitters = code.splitters
        self.viewers = code.viewers
        self.free_pins = []
        self.dropped = []
        self.exports = {}
        self.unexported = []
        self.by_ref = <uint8_t*>take(len(code.image.imports), 1)
        for i in by_ref:
            self.by_ref[i] = 1
        self.run = run
        self.hosts = list(hosts) + [None] * (len(code.image.imports) - len(hosts))
        self.deadline = monotonic() + deadline if deadline is not None else 0
        if stress is None:
            stress = os.environ.get("RUSK_STRESS") == "1"
        heap_init(&m.heap, p, min(memory, 1 << 62), False)
        self.ready = True
        m.program = p
        m.max_depth = min(depth, 1 << 40)
        m.secret = int.from_bytes(os.urandom(8), "little", signed=True) if secret is None else secret
        self.external = <uint8_t*>take(len(code.image.ops), 1)
        m.external = self.external
        for op in external:
            self.external[<int64_t>op] = 1
        if metrics:
            self.start_counting()
        m.heap.consts = <Obj**>take(p.nobjects, sizeof(Obj*))
        for i in range(p.nobjects):
            if p.texts[i].data != NULL:
                t = <Text*>heap_new(&m.heap, class_of(3), 3, p.texts[i].head)
                if t != NULL:
                    t.owner = NULL
                    t.data = p.texts[i].data
                    t.len = p.texts[i].len
            elif p.heads[i] == SHAPE_CONT:
                t = <Text*>heap_new(&m.heap, class_of(4), 4, SHAPE_CONT)
                if t != NULL:
                    memset(&t.owner, 0, 32)
            else:
                t = <Text*>heap_new(&m.heap, class_of(0), 0, p.heads[i])
            if t == NULL:
                raise MemoryLimit("memory limit exceeded")
            m.heap.consts[i] = <Obj*>t
            m.heap.nconsts = i + 1
        m.heap.allocations = 0
        m.heap.stress = bool(stress)

    def __dealloc__(self):
        if self.ready:
            heap_free(&self.machine.heap)
        free(self.machine.counts)
        free(self.external)
        free(self.by_ref)

    # ------------------------------------------------------------ running

    def begin(self, int32_t func, args=()):
        """Start function ``func`` (an index of the image) with converted ``args``; nothing runs before `step`.

        Raises `Mismatch` when an argument does not fit, TypeError for a wrong number, `InvalidStateError` when something runs already.
        """
        self.enter()
        try:
            if self.status != C_NEW:
                raise InvalidStateError("session has been started")
            if 0 <= func < self.machine.program.nfuncs:
                f = self.image.funcs[func]
                if f.results or f.env >= 0:
                    raise TypeError(f"`{f.name}` has {'several results' if f.results else 'an environment'}: only the program can call it")
            self.start(func, tuple(args))
        finally:
            rusk_leave(&self.busy)

    cdef int start(self, int32_t func, tuple args) except -1:
        """Begin ``func`` on a root fiber that holds nothing."""
        cdef Machine* m = &self.machine
        cdef Fiber* f
        cdef const Func* fn
        cdef const OpSig* sig
        cdef int64_t x = 0
        cdef int32_t i, type, nx = 0, nr = 0
        cdef Obj* r
        if not 0 <= func < m.program.nfuncs:
            raise IndexError("no such function")
        sig = &self.code.sigs[func]
        if len(args) != sig.nparams:
            name = self.image.funcs[func].name
            raise TypeError(f"`{name}` takes {sig.nparams} argument{'' if sig.nparams == 1 else 's'}, got {len(args)}")
        fn = &m.program.funcs[func]
        f = m.heap.cur
        if f == NULL:
            f = fiber_new(&m.heap)
            if f == NULL:
                raise MemoryLimit("memory limit exceeded")
            memset(f.rs, 0, f.cap_r * sizeof(Obj*))
        f.x = f.xs
        f.r = f.rs
        f.fp = f.fs
        f.pc = m.program.stub_root
        f.parent = NULL
        f.active = False
        f.nmarks = 0
        m.heap.cur = f
        m.depth_below = 0
        if not grow(m, f, fn.nx, fn.nr):
            m.trap = T_NONE
            raise MemoryLimit("memory limit exceeded")
        memset(f.rs, 0, fn.nr * sizeof(Obj*))
        f.fp.pc = m.program.stub_root
        f.fp.dx = 0
        f.fp.dr = 0
        f.fp += 1
        f.pc = fn.code
        for i in range(sig.nparams):
            type = sig.params[i]
            r = NULL
            from_python(self, type, <object>PyTuple_GET_ITEM(args, i), &x, &r, i)
            if is_ref(m.program, type):
                f.r[nr] = r
                nr += 1
            else:
                f.x[nx] = x
                nx += 1
        set_limits(m, f)
        self.ret = sig.ret
        self.pushed = False
        self.status = C_FUEL
        self.at_call = False
        self.carry = 0
        return 0

    def step(self, fuel=None):
        """Run for about ``fuel`` units (None: without limit): DONE, FUEL, INTERRUPT, TRAPPED, REQUEST, or STOP (see `stop_at`).

        An exception other than InvalidStateError comes from a signal handler (KeyboardInterrupt: the session can go on) or from a host function that
        raised a non-Exception (the session is trapped).
        """
        cdef int64_t units = 0
        if fuel is not None:
            if fuel < 0:
                raise ValueError("fuel must be >= 0")
            units = min(fuel, 1 << 62)
        self.enter()
        try:
            if self.status == C_NEW:
                raise InvalidStateError("session is not started")
            if self.status == C_REQUEST:
                raise InvalidStateError("session is suspended; call resume/drop first")
            if self.status == C_DONE or self.status == C_TRAPPED:
                return self.status
            return self.drive(units, fuel is not None)
        finally:
            self.interrupted = False
            rusk_leave(&self.busy)

    cdef int finish(self, int status) noexcept:
        self.status = status
        return status

    cdef int drive(self, int64_t fuel, bint limited) except -1:
        cdef Machine* m = &self.machine
        cdef int64_t chunk, left = 0, due = CHUNK
        cdef bint brief = True                  # a call that is over at once need not give up the GIL
        cdef Status st
        if limited:
            left = fuel + self.carry
        self.carry = 0
        if limited and left <= 0:
            self.unspent = 0
            self.carry = left
            return self.finish(C_FUEL)
        while True:
            chunk = BRIEF if brief else CHUNK
            if limited and left < chunk:
                chunk = left
            m.fuel = chunk
            if brief:
                st = self.run(m)
            else:
                with nogil:
                    st = self.run(m)
            left -= chunk - m.fuel
            due -= chunk - m.fuel
            self.unspent = left
            self.at_call = st != ST_CHUNK and st != ST_STOP
            brief = st == ST_HOST
            if st == ST_HOST:
                self.status = C_HOST
                self.thread = PyThread_get_thread_ident()
                if self.host_call() == C_TRAPPED:
                    return C_TRAPPED
                self.status = C_FUEL
                self.at_call = False
            elif st == ST_DONE:
                return self.finish(C_DONE)
            elif st == ST_TRAP:
                return self.finish(C_TRAPPED)
            elif st == ST_REQUEST:
                if limited and left < 0:
                    self.carry = left
                return self.finish(C_REQUEST)
            elif st == ST_STOP:
                if limited and left < 0:
                    self.carry = left
                return self.finish(C_STOP)
            else:
                self.status = C_FUEL
            if due < 0:
                due = CHUNK
                PyErr_CheckSignals()
                if self.deadline and monotonic() > self.deadline:
                    return self.trap_with("deadline exceeded", None)
                if self.interrupted:
                    if limited and left < 0:
                        self.carry = left
                    return self.finish(C_INTERRUPT)
            if limited and left < 0:
                self.carry = left
                return self.finish(C_FUEL)

    cdef int trap_with(self, str message, cause) noexcept:
        self.message = message
        self.cause = cause
        return self.finish(C_TRAPPED)

    cdef bint place(self, int32_t type, value, int64_t* x, Obj** r) except -1:
        """Convert a value to where the running call awaits its result."""
        cdef int64_t scalar = 0
        cdef Obj* o = NULL
        from_python(self, type, value, &scalar, &o, "value")
        if o != NULL:
            r[0] = o
        else:
            x[0] = scalar
        return True

    cdef tuple arguments(self, const OpSig* sig, bint by_ref):
        """The arguments of the call that the running activation is suspended in, as Python values."""
        cdef Machine* m = &self.machine
        cdef Fiber* f = m.heap.cur
        cdef uint64_t w = (f.pc - 1)[0]
        cdef int64_t* x = f.x + (w >> 16 & 0xFFFF)
        cdef Obj** r = f.r + (w >> 32 & 0xFFFF)
        cdef tuple args = PyTuple_New(sig.nparams)
        cdef int32_t i
        for i in range(sig.nparams):
            if is_ref(m.program, sig.params[i]):
                value = to_view(self, sig.params[i], False, 0, r[0]) if by_ref else to_python(self, sig.params[i], 0, r[0])
                r += 1
            else:
                value = to_python(self, sig.params[i], x[0], NULL)
                x += 1
            Py_INCREF(value)
            PyTuple_SET_ITEM(args, i, value)
        return args

    cdef int host_call(self) except -1:
        cdef Machine* m = &self.machine
        cdef Fiber* f = m.heap.cur
        cdef uint64_t w = (f.pc - 1)[0]
        cdef const OpSig* sig = &m.program.imports[m.index]
        host = self.hosts[m.index]
        m.host_calls += 1
        if host is None:
            return self.host_trap("missing host import implementation: `{}`", None)
        try:
            args = self.arguments(sig, self.by_ref[m.index])
        except MemoryError as e:
            return self.trap_with("memory limit exceeded", e)
        except Exception as e:
            return self.host_trap("host call `{}` arg conversion: " + said(e), e)
        except BaseException as e:
            self.host_trap("host call `{}` arg conversion: " + said(e), e)
            raise
        try:
            value = PyObject_Vectorcall(host, &(<PyTupleObject*>args).ob_item[0], PyTuple_GET_SIZE(args), NULL)
        except Exception as e:
            return self.host_trap("host call `{}` failed: host error: " + said(e), e)
        except BaseException as e:
            self.host_trap("host call `{}` failed: host error: " + said(e), e)
            raise
        try:
            self.place(sig.ret, value, f.x + (w >> 16 & 0xFFFF), f.r + (w >> 32 & 0xFFFF))
        except Mismatch as e:
            return self.host_trap(f"host call `{{}}` return type mismatch: expected {e.expected}, got {e.got}", e)
        except MemoryError as e:
            return self.trap_with("memory limit exceeded", e)
        except Exception as e:
            return self.host_trap("host call `{}` return conversion: " + said(e), e)
        except BaseException as e:
            self.host_trap("host call `{}` return conversion: " + said(e), e)
            raise
        return C_FUEL

    cdef int host_trap(self, str text, cause) except -1:
        """Trap with a text in which ``{}`` is the name of the function."""
        name = self.code.image.imports[self.machine.index].name
        return self.trap_with(text.replace("{}", name, 1), cause)

    # ------------------------------------------------------------ results, requests

    def result(self):
        """The result as a Python value; TypeError if its type cannot be converted."""
        cdef Fiber* f = self.machine.heap.cur
        self.enter()
        try:
            if self.status != C_DONE:
                raise InvalidStateError("session is not done")
            return to_python(self, self.ret, f.x[0], f.r[0])
        finally:
            rusk_leave(&self.busy)

    def to_text(self):
        """The result in Rusk notation (07 §12)."""
        cdef Fiber* f = self.machine.heap.cur
        self.enter()
        try:
            if self.status != C_DONE:
                raise InvalidStateError("session is not done")
            return to_text(self, self.ret, f.x[0], f.r[0])
        finally:
            rusk_leave(&self.busy)

    @property
    def result_type(self):
        """Type (of the image) of the result."""
        return self.ret

    @property
    def request_op(self):
        """Operation index of a REQUEST."""
        self.enter()
        try:
            if self.status != C_REQUEST:
                raise InvalidStateError("session is not suspended")
            return self.machine.index
        finally:
            rusk_leave(&self.busy)

    @property
    def request(self):
        """(operation index, arguments as Python values) of a REQUEST."""
        cdef Machine* m = &self.machine
        self.enter()
        try:
            if self.status != C_REQUEST:
                raise InvalidStateError("session is not suspended")
            return m.index, self.arguments(&m.program.ops[m.index], False)
        finally:
            rusk_leave(&self.busy)

    @property
    def fuel_left(self):
        """What the last `step` with fuel left of it, at least 0: an overrun is carried into the next one."""
        return self.unspent if self.unspent > 0 else 0

    def request_refs(self):
        """The arguments of a REQUEST, composites as views."""
        cdef Machine* m = &self.machine
        self.enter()
        try:
            if self.status != C_REQUEST:
                raise InvalidStateError("session is not suspended")
            return self.arguments(&m.program.ops[m.index], True)
        finally:
            rusk_leave(&self.busy)

    def resume_tail(self, Cont handle not None, value):
        """Put a continuation on top of what the session does, with ``value`` as the result of its perform; nothing runs before `step`.

        Of a DONE session it gives the new result; else its result is discarded. Raises `InvalidContinuationError`, `Mismatch`: nothing has changed.
        """
        cdef Machine* m = &self.machine
        cdef Fiber* f
        cdef Obj* k
        cdef int64_t x = 0
        cdef Obj* r = NULL
        cdef bint is_reference
        cdef const Func* running
        self.enter()
        try:
            if self.status == C_REQUEST:
                raise InvalidStateError("session is suspended; call resume/drop first")
            if self.status == C_TRAPPED:
                raise InvalidStateError("session is trapped")
            if self.status == C_NEW:
                raise InvalidStateError("session is not started")
            if handle.owner is not self or handle.spent or (<Continuation*>handle.object()).bottom == NULL:
                raise InvalidContinuationError("continuation handle is used, dropped or of another session")
            k = handle.object()
            param, result = self.code.image.types[handle.type].args
            is_reference = is_ref(m.program, param)
            from_python(self, param, value, &x, &r, "value")
            m.heap.temp = r
            f = m.heap.cur
            if self.status == C_DONE:
                self.ret = result
                f.pc = m.program.stub_root      # whose word before says where the result goes
            else:
                running = func_at(m.program, f.pc)
                if not grow(m, f, running.nx + 1, running.nr + 1):
                    m.heap.temp = NULL
                    self.finish(C_TRAPPED)
                    return
                land(m, f)
                push(f, f.pc, running.nx, running.nr, &m.program.funcs[m.program.nfuncs])
                f.pc = m.program.stub_push
            self.pushed = True
            self.status = C_FUEL
            self.at_call = False
            if resume(m, k, is_reference, x, r) == STOP_TRAP:
                self.finish(C_TRAPPED)
            m.heap.temp = NULL
            handle.spent = True
        finally:
            rusk_leave(&self.busy)

    @property
    def conts(self):
        """The handles of continuations that the host holds and has neither used nor dropped, by id."""
        cdef Cont c
        out = {}
        for id, reference in list((self.handles or {}).items()):
            c = reference()
            if c is None or c.spent:
                del self.handles[id]
            else:
                out[id] = c
        return out

    def owns(self, Cont handle not None):
        """Whether a continuation handle is one of this session."""
        return handle.owner is self

    def answer(self, value):
        """Give the value of the requested operation; the session can go on. `Mismatch`: it stays suspended."""
        cdef Machine* m = &self.machine
        cdef Fiber* f
        cdef uint64_t w
        self.enter()
        try:
            if self.status != C_REQUEST:
                raise InvalidStateError("session is not suspended")
            f = m.heap.cur
            w = (f.pc - 1)[0]
            self.place(self.code.image.ops[m.index].ret, value, f.x + (w >> 16 & 0xFFFF), f.r + (w >> 32 & 0xFFFF))
            self.status = C_FUEL
            self.at_call = False
        finally:
            rusk_leave(&self.busy)

    def cancel(self):
        """Abandon a suspended session: it is trapped with ``cancelled``."""
        self.enter()
        try:
            if self.status != C_REQUEST:
                raise InvalidStateError("session is not suspended")
            self.trap_with("cancelled", None)
        finally:
            rusk_leave(&self.busy)

    def trap_with_message(self, str message, cause=None):
        """Trap a session between steps, for limits that the embedder watches."""
        self.enter()
        try:
            if self.status != C_DONE:
                self.trap_with(message, cause)
        finally:
            rusk_leave(&self.busy)

    @property
    def trap_message(self):
        """The message of a TRAPPED session."""
        cdef Machine* m = &self.machine
        cdef Text* t = <Text*>m.heap.trap_obj
        if self.status != C_TRAPPED:
            return None
        if self.message is not None:
            return self.message
        if m.trap == T_TEXT:
            return (<bytes>m.trap_text).decode("utf-8", "replace")
        if m.trap == T_OBJECT:
            return t.data[:t.len].decode("utf-8", "replace")
        if m.trap == T_PANIC:
            return "panic: " + t.data[:t.len].decode("utf-8", "replace")
        if m.trap == T_UNHANDLED:
            return "unhandled effect: " + self.code.image.ops[m.index].name
        if m.trap == T_DEPTH:
            return "stack overflow"
        return "memory limit exceeded"

    # ------------------------------------------------------------ looking in

    def traceback(self, limit=None):
        """The active functions, innermost last: (function, path, line, column) each; at most ``limit`` innermost ones."""
        cdef Machine* m = &self.machine
        cdef const Program* p = m.program
        cdef Fiber* f
        cdef Frame* fp
        cdef int64_t* x
        cdef const uint64_t* pc
        cdef int64_t at, most = -1 if limit is None else limit
        image = self.code.image
        out = []
        cache = {}
        self.enter()
        try:
            f = m.heap.cur
            if f == NULL or self.status == C_DONE:
                return out
            fp = f.fp
            x = f.x
            pc = f.pc - (1 if self.at_call else 0)
            while most < 0 or len(out) < most:
                at = pc - p.code
                if at < p.ncode:
                    entry = cache.get(at)
                    if entry is None:
                        cache[at] = entry = places(image, at)
                    out.extend(entry)
                if fp == f.fs:
                    break
                fp -= 1
                x -= fp.dx
                if fp.pc == p.stub_fiber:
                    f = f.parent
                    fp = f.fp
                    x = f.x
                    pc = f.pc - 1
                elif fp.pc == p.stub_root:
                    break
                elif fp.pc == p.stub_guard:
                    pc = p.code + x[fp.dx - 1] - 1
                elif fp.pc == p.stub_push:
                    pc = fp.pc - 1
                elif rusk_base[(fp.pc - 1)[0] & 0xFFFF] == OP_Perform:
                    handling = direct_handler(f, image.func_at(at), (fp.pc - 1)[0] >> 48)
                    if handling == 0:
                        pc = fp.pc - 1
                    else:
                        f = (<Fiber*><size_t>handling).parent
                        fp = f.fp
                        x = f.x
                        pc = f.pc - 1
                else:
                    pc = fp.pc - 1
        finally:
            rusk_leave(&self.busy)
        if most >= 0:
            del out[most:]
        out.reverse()
        return out

    def interrupt(self):
        """Make the running `step` return INTERRUPT soon; from any thread or a signal handler."""
        if self.busy:
            self.interrupted = True

    @property
    def deadline_left(self):
        """Seconds left before the deadline, or None."""
        return self.deadline - monotonic() if self.deadline else None

    @property
    def memory_limit(self):
        """Bytes that may be accounted to the session."""
        return self.machine.heap.limit

    @property
    def depth_limit(self):
        """Activations that may be on its stacks."""
        return self.machine.max_depth

    @property
    def counting(self):
        """Whether it counts instructions."""
        return self.machine.counts != NULL

    @property
    def memory_used(self):
        """Bytes accounted to the session."""
        return self.machine.heap.used

    # ------------------------------------------------------------ stops

    def stop_at(self, bytes stops not None):
        """Make `step` return STOP before each instruction at whose word of code ``stops`` has a 1, counting from here on."""
        cdef const Program* p = self.machine.program
        self.enter()
        try:
            if len(stops) != p.ncode:
                raise ValueError("one byte for each word of code")
            self.start_counting()
            self.stops = stops + bytes(STUBS)
            self.machine.stopped = False
            self.machine.stops = <const uint8_t*>PyBytes_AS_STRING(self.stops)
        finally:
            rusk_leave(&self.busy)

    @property
    def stopped(self):
        """Where a STOP session stands: (word of code, number of activations)."""
        cdef Machine* m = &self.machine
        cdef Fiber* f = m.heap.cur
        self.look_in()
        return f.pc - m.program.code, f.fp - f.fs + m.depth_below

    def shown(self, int32_t type, uint32_t register, int64_t most):
        """The value of a register of the running activation of a STOP session in Rusk notation, about ``most`` characters of it.

        ``type``: its type, which says the file of the register. That there is such a value, only the code at this place can tell.
        """
        cdef Fiber* f = self.machine.heap.cur
        cdef const Func* fn
        self.look_in()
        if not 0 <= type < self.machine.program.ntypes:
            raise IndexError("no such type")
        fn = &self.machine.program.funcs[<int64_t>self.image.func_at(f.pc - self.machine.program.code)]
        if is_ref(self.machine.program, type):
            if register >= fn.nr:
                raise IndexError("no such register")
            return to_text(self, type, 0, f.r[register], most)
        if register >= fn.nx:
            raise IndexError("no such register")
        return to_text(self, type, f.x[register], NULL, most)

    def suspended(self, uint32_t register):
        """The continuation in an R register: the word of code of the perform that it is suspended in (-1: it is used up), and a number that no other
        one has as long as it lives."""
        cdef Fiber* f = self.machine.heap.cur
        cdef Continuation* k
        self.look_in()
        if register >= self.machine.program.funcs[<int64_t>self.image.func_at(f.pc - self.machine.program.code)].nr:
            raise IndexError("no such register")
        k = <Continuation*>f.r[register]
        if k == NULL or shape_id(<Obj*>k) != SHAPE_CONT:
            raise IndexError("no continuation in this register")
        return -1 if k.bottom == NULL else k.top.pc - 1 - self.machine.program.code, <size_t>k

    @property
    def activation(self):
        """What tells the running activation of a STOP session from all others that there are."""
        cdef Fiber* f = self.machine.heap.cur
        self.look_in()
        return <size_t>f, f.r - f.rs, f.fp - f.fs

    @property
    def awaiting(self):
        """The word of code of the match or resumption that awaits the result of the running activation of a STOP session: a body or an arm."""
        cdef Machine* m = &self.machine
        cdef Fiber* f = m.heap.cur
        cdef const uint64_t* pc
        self.look_in()
        pc = (f.fp - 1).pc
        if pc == m.program.stub_fiber:
            pc = f.parent.pc
        return pc - 1 - m.program.code

    cdef int look_in(self) except -1:
        if self.status != C_STOP or self.machine.heap.cur == NULL:
            raise InvalidStateError("session is not at a stop")
        return 0

    def collect(self):
        """Collect garbage now."""
        self.enter()
        try:
            heap_collect(&self.machine.heap)
        finally:
            rusk_leave(&self.busy)

    def check_heap(self):
        """For tests: collect and check every invariant of the heap; AssertionError says what is wrong."""
        cdef const char* bad
        self.enter()
        try:
            bad = heap_check(&self.machine.heap)
            if bad != NULL:
                raise AssertionError((<bytes>bad).decode())
        finally:
            rusk_leave(&self.busy)

    def metrics(self):
        """The counters of 07 §14; those of instructions are zero unless the session counts."""
        cdef Machine* m = &self.machine
        cdef int64_t i, executed = 0
        from rusk.code.opcodes import METRICS as METRIC_NAMES

        out = {name + "_instructions": 0 for name in METRIC_NAMES}
        if m.counts != NULL:
            for i in range(OP_LABELS):
                if not OP_RootDone <= rusk_base[i] <= OP_PushDone:
                    executed += m.counts[i]
                    out[METRIC_NAMES[rusk_metric[i]] + "_instructions"] += m.counts[i]
            out["resume_tail_instructions"] += m.direct
            executed += m.direct
        out["executed_instructions"] = executed
        out["vcall_fast_path_hits"] = 0
        out["max_frames_len"] = m.max_frames
        out["max_handlers_len"] = m.max_handlers
        out["handler_cache_hits"] = 0
        out["handler_cache_misses"] = 0
        on = m.counts != NULL
        out["continuations_captured"] = m.captured + m.direct if on else 0
        out["continuations_skipped_abortive"] = m.skipped if on else 0
        out["host_calls"] = m.host_calls if on else 0
        out["allocations"] = m.heap.allocations if on else 0
        out["gc_cycles"] = m.heap.collections if on else 0
        return out

    cdef start_counting(self):
        cdef Machine* m = &self.machine
        cdef Fiber* f = m.heap.cur
        from rusk import _run_counted

        self.run = <RunFn><size_t>_run_counted.ADDRESS
        if m.counts == NULL:
            m.counts = <int64_t*>take(OP_LABELS, 8)
        m.handlers = 0
        while f != NULL:
            m.handlers += f.active
            f = f.parent

    def count(self, bint on):
        """Count instructions from here on, or no longer."""
        self.enter()
        try:
            if on:
                self.start_counting()
            else:
                self.run = run
        finally:
            rusk_leave(&self.busy)

    def reset_counts(self):
        """Set every counter to zero."""
        cdef Machine* m = &self.machine
        self.enter()
        if m.counts != NULL:
            memset(m.counts, 0, OP_LABELS * 8)
        m.direct = m.captured = m.skipped = m.host_calls = m.max_frames = m.max_handlers = 0
        m.heap.allocations = m.heap.collections = 0
        rusk_leave(&self.busy)

    def opcode_counts(self):
        """For tools: executed instructions by opcode name."""
        cdef int64_t i
        from rusk.code.opcodes import OPS

        out = {}
        if self.machine.counts != NULL:
            for i in range(OP_LABELS):
                if self.machine.counts[i] and rusk_base[i] < OP_COUNT:
                    name = OPS[rusk_base[i]].name
                    out[name] = out.get(name, 0) + self.machine.counts[i]
        return out

    def close(self):
        """Give back all memory; the session can do nothing any more. While the host holds buffers of its arrays, the memory stays."""
        self.enter()
        self.closing = True
        if not self.exports:
            self.free_heap()
        rusk_leave(&self.busy)


cdef class Function:
    """An entry point as a Python callable: each call is a run of its own, in a session that serves one call after the other.

    ``make``: a function that makes a session; ``fail``: what is called with a session that is not DONE, and the exception if there was one; its
    result is that of the call, if it does not raise.
    """

    cdef readonly str name
    cdef int32_t func
    cdef object make
    cdef object fail
    cdef list idle

    def __init__(self, str name, int32_t func, make, fail):
        self.name = name
        self.func = func
        self.make = make
        self.fail = fail
        self.idle = []

    def __call__(self, *args):
        cdef Session s
        cdef Fiber* f
        try:
            s = self.idle.pop()
        except IndexError:
            s = self.make()
        s.enter()
        try:
            s.start(self.func, args)
            if s.drive(0, False) == C_DONE:
                f = s.machine.heap.cur
                value = to_python(s, s.ret, f.x[0], f.r[0])
                s.settle()
                # views and continuations that the host has kept must not reach the next call
                if s.machine.heap.used <= KEEP and len(s.free_pins) == s.machine.heap.npins:
                    self.idle.append(s)
                return value
        finally:
            s.interrupted = False
            rusk_leave(&s.busy)
        return self.fail(s)

    def __repr__(self):
        return f"<rusk.Function {self.name}>"


cdef size_t direct_handler(Fiber* f, int32_t func, uint64_t op) noexcept:
    """The fiber whose DIRECT clause runs `func` for an operation performed on ``f``, as an address; 0: none."""
    cdef int32_t i
    cdef const Clause* c
    while f != NULL:
        if f.active:
            for i in range(f.handler.nclauses):
                c = &f.handler.clauses[i]
                if c.op == <int32_t>op and c.mode == DIRECT and c.arm_func == func:
                    return <size_t>f
        f = f.parent
    return 0


cdef list places(image, at):
    """What a word of code is shown as, inlined functions included, innermost first."""
    func = image.funcs[image.func_at(at)].name
    loc = image.loc_at(at)
    if loc < 0:
        return [(func, "", 0, 0)]
    out = []
    while loc >= 0:
        place = image.locs[loc]
        source = image.sources[place.source]
        line, col = source.line_col(place.pos)
        out.append((func if place.func < 0 else image.loc_names[place.func], source.path, line, col))
        loc = place.caller
    return out
