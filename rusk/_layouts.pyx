# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The tables of the code verifier in C, for reading and writing saved sessions."""

from libc.stdlib cimport free, malloc

from rusk._interp cimport Code
from rusk._values cimport K_NEVER

from rusk.code import frames as _frames
from rusk.code.image import CONT as _CONT, S_ARRAY as _ARRAY, S_BOX as _BOX

from rusk.code.opcodes import stale as _stale

if (ANY, CALL, CALL_WIDE, CALL_HOST, HANDLE, PERFORM, RESUME, PUSHED) != (
    K_NEVER, _frames.CALL, _frames.CALL_WIDE, _frames.CALL_HOST, _frames.HANDLE, _frames.PERFORM, _frames.RESUME, _frames.PUSHED,
):
    raise _stale("rusk._layouts", "frames")


cdef int32_t* table(values) except NULL:
    """A C array of ints; to be freed."""
    cdef int64_t i
    cdef int32_t* out = <int32_t*>malloc((len(values) + 1) * 4)
    if out == NULL:
        raise MemoryError
    for i, value in enumerate(values):
        out[i] = value
    return out


cdef class Place:
    def __cinit__(self, place):
        self.func = place.func
        self.kind = place.kind
        self.ret = place.ret
        self.landing = place.landing
        self.wx = place.wx
        self.wr = place.wr
        self.resumes = place.resumes
        self.nx = len(place.xs)
        self.nr = len(place.rs)
        self.npx = len(place.param_xs)
        self.npr = len(place.param_rs)
        self.xs = table([reg for reg, _ in place.xs] + [code for _, code in place.xs])
        self.rs = table([reg for reg, _ in place.rs] + [code for _, code in place.rs])
        self.param_xs = table(place.param_xs)
        self.param_rs = table(place.param_rs)

    def __dealloc__(self):
        free(self.xs)
        free(self.rs)
        free(self.param_xs)
        free(self.param_rs)


cdef class Layouts:
    def __cinit__(self, image):
        frames = self.frames = _frames.Frames(image)
        tables = frames.tables
        codes = tables.codes
        types = image.types
        self.places_before = {}
        self.places_behind = {}
        self.places_landing = {}
        self.pushed = Place(frames.pushed())
        self.base = tables.base
        self.nshapes = len(image.shapes)
        self.nfuncs = len(image.funcs)
        self.nhandlers = len(image.handlers)
        owner, first, words = [], [], []
        for i, shape in enumerate(image.shapes):
            owner.append(-1 if shape.type < 0 else ANY if shape.kind == _BOX else codes[shape.type])
            first.append(len(words))
            words += [codes[types[shape.type].args[0]]] if shape.kind == _ARRAY else tables.words[i]
        self.owner = table(owner)
        self.first = table(first)
        self.words = table(words)
        conts = [t.args if t.kind == _CONT else None for t in types]
        self.param = table([codes[c[0]] if c else -1 for c in conts])
        self.result = table([codes[c[1]] if c and types[c[1]].kind != K_NEVER else -1 for c in conts])
        self.rets = table([frames.result(sig) for sig in tables.funcs])
        self.results = table(tables.results)

    def __dealloc__(self):
        free(self.owner)
        free(self.first)
        free(self.words)
        free(self.param)
        free(self.result)
        free(self.rets)
        free(self.results)

    cdef Place before(self, int64_t pc):
        place = self.places_before.get(pc)
        if place is None:
            place = self.places_before[pc] = Place(self.frames.before(pc))
        return place

    cdef Place behind(self, int64_t pc):
        place = self.places_behind.get(pc)
        if place is None:
            place = self.places_behind[pc] = Place(self.frames.behind(pc))
        return place

    cdef Place landing(self, int64_t pc, int64_t type):
        place = self.places_landing.get((pc, type))
        if place is None:
            place = self.places_landing[pc, type] = Place(self.frames.landing(pc, type))
        return place

    cdef Place finished(self, int64_t type):
        return Place(self.frames.finished(type))


cdef Layouts layouts_of(Code code):
    if code.layouts is None:
        code.layouts = Layouts(code.image)
    return code.layouts
