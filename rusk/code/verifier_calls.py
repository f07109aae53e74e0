"""Code verifier, types layer: calls, returns, effects, exits."""

from __future__ import annotations

from rusk.code.image import CONT, INT, NEVER, STRING, UNIT
from rusk.code.verifier_tables import ANY, UNDEF, Sig
from rusk.code.verifier_types import INT_CODE, TOKEN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.verifier_types import Body, Check

# --- windows


def _arguments(body: Body, pc: int, wx: int, wr: int, sig: Sig) -> None:
    """The arguments stand in the window."""
    xs, rs = sig.xs, sig.rs
    if xs and body.x[wx : wx + len(xs)] != xs:
        for n, code in enumerate(xs):
            body.scalar(pc, wx + n, code)
    if rs and body.r[wr : wr + len(rs)] != rs:
        for n, code in enumerate(rs):
            body.reference(pc, wr + n, code)


def _leave(body: Body, pc: int, wx: int, wr: int, ret: int) -> None:
    """The call goes away and comes back with a result of type ``ret``, if it does: the registers of the window are lost."""
    x, r = body.x, body.r
    if wx > len(x) or wr > len(r):
        body.refuse(pc, "the window begins beyond the registers")
    body.spend(len(x) + len(r))
    body.exits(wx, wr)
    x[wx:] = body.undef_x[wx:]
    r[wr:] = body.undef_r[wr:]
    if ret >= ANY:
        r[wr] = ret
    elif ret >= 0:
        x[wx] = ret


def _call_sig(body: Body, pc: int, w: int, sig: Sig) -> None:
    wx = w >> 16 & 0xFFFF
    wr = w >> 32 & 0xFFFF
    _arguments(body, pc, wx, wr, sig)
    _leave(body, pc, wx, wr, sig.ret)
    if sig.more is not None:
        xs, rs = sig.more
        if wx + len(xs) > len(body.x) or wr + len(rs) > len(body.r):
            body.refuse(pc, "the results lie beyond the registers")
        body.x[wx : wx + len(xs)] = xs
        body.r[wr : wr + len(rs)] = rs


def _callee(body: Body, pc: int, func: int) -> Sig:
    if body.tables.image.funcs[func].env >= 0:
        body.refuse(pc, f"function {func} needs an environment")
    return body.tables.funcs[func]


def _call(body: Body, pc: int, w: int) -> None:
    _call_sig(body, pc, w, _callee(body, pc, w >> 48))


def _call_wide(body: Body, pc: int, w: int) -> None:
    _call_sig(body, pc, w, _callee(body, pc, body.words[pc + 1] & 0xFFFFFFFF))


def _call_value(body: Body, pc: int, w: int) -> None:
    code = body.r[w >> 48]
    sig = body.tables.values.get(body.value(code)) if code >= 0 else None
    if sig is None:
        body.refuse(pc, f"r{w >> 48} holds {body.name(code)}, no function")
    _call_sig(body, pc, w, sig)


def _call_iface(body: Body, pc: int, w: int) -> None:
    _call_sig(body, pc, w, body.tables.slots[w >> 48])


def _call_host(body: Body, pc: int, w: int) -> None:
    _call_sig(body, pc, w, body.tables.imports[w >> 48])


# --- returns


def _plain_return(body: Body, pc: int) -> None:
    if body.func.has_marks:
        body.refuse(pc, "a function with marks returns by RetM*")


def _marks_return(body: Body, pc: int) -> None:
    if not body.func.has_marks:
        body.refuse(pc, "a function without marks returns by Ret*")


def _return_x(body: Body, pc: int, w: int) -> None:
    if body.ret >= ANY:
        body.refuse(pc, f"the function returns {body.name(body.ret)}")
    body.scalar(pc, w >> 16 & 0xFFFF, body.ret)


def _return_r(body: Body, pc: int, w: int) -> None:
    if body.ret < ANY:
        body.refuse(pc, f"the function returns {body.name(body.ret)}")
    body.reference(pc, w >> 16 & 0xFFFF, body.ret)


def _return_unit(body: Body, pc: int, w: int) -> None:
    if body.ret != UNIT:
        body.refuse(pc, f"the function returns {body.name(body.ret)}")


def _return_int(body: Body, pc: int, w: int) -> None:
    _plain_return(body, pc)
    if body.ret != INT:
        body.refuse(pc, f"the function returns {body.name(body.ret)}")


def _return_several(body: Body, pc: int, xs: list[int], rs: list[int], constants: int = 0) -> None:
    """Return ``constants`` ints, then the X registers ``xs``, and the R registers ``rs``."""
    _plain_return(body, pc)
    more = body.tables.funcs[body.index].more
    if more is None:
        body.refuse(pc, f"the function returns {body.name(body.ret)}")
    want_x, want_r = more
    if len(want_x) != constants + len(xs) or len(want_r) != len(rs):
        body.refuse(pc, f"the function returns {len(want_x)} and {len(want_r)} results")
    if want_x[:constants] != [INT] * constants:
        names = " and ".join([body.name(code) for code in want_x[:constants]])
        body.refuse(pc, f"the function returns {names}, not int")
    for reg, code in zip(xs, want_x[constants:], strict=True):
        body.scalar(pc, reg, code)
    for reg, code in zip(rs, want_r, strict=True):
        body.reference(pc, reg, code)


def _return_pair(constant: bool, is_ref: bool) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        xs = [] if constant else [w >> 16 & 0xFFFF]
        rs = [w >> 32 & 0xFFFF]
        _return_several(body, pc, xs if is_ref else xs + rs, rs if is_ref else [], int(constant))

    return check


def _return_ints(body: Body, pc: int, w: int) -> None:
    _return_several(body, pc, [], [], 2)


def _return_list(body: Body, pc: int, w: int) -> None:
    nx = w >> 16 & 0xFFFF
    n = nx + (w >> 32 & 0xFFFF)
    words = body.words
    regs = [words[pc + 1 + i // 4] >> 16 * (i & 3) & 0xFFFF for i in range(n)]
    _return_several(body, pc, regs[:nx], regs[nx:])


def _returning(marks: bool, value: Check) -> Check:
    form = _marks_return if marks else _plain_return

    def check(body: Body, pc: int, w: int) -> None:
        form(body, pc)
        value(body, pc, w)

    return check


def _trap(body: Body, pc: int, w: int) -> None:
    if body.tables.objects[w >> 32] != STRING:
        body.refuse(pc, "the message is no string")


# --- handlers and operations


def _handle(body: Body, pc: int, w: int) -> None:
    wx = w >> 16 & 0xFFFF
    wr = w >> 32 & 0xFFFF
    tables = body.tables
    wanted = tables.handlers[w >> 48]
    shapes = tables.image.shapes
    for n in range(tables.image.handlers[w >> 48].nclosures + 1):
        code = body.r[wr + n]
        func = wanted.get(n)
        if func is None:
            body.reference(pc, wr + n, ANY)
        elif code < tables.base or shapes[code - tables.base].func != func:
            body.refuse(pc, f"r{wr + n} holds {body.name(code)}, no closure of function {func}")
    _leave(body, pc, wx, wr, tables.results[w >> 48])


def _handler_off(body: Body, pc: int, w: int) -> None:
    if body.index not in body.tables.bodies:
        body.refuse(pc, "not in the body of a handler")


def _perform(body: Body, pc: int, w: int) -> None:
    _call_sig(body, pc, w, body.tables.ops[w >> 48])


def _continuation(body: Body, pc: int, reg: int) -> tuple[int, int, bool]:
    """Codes of what the continuation in R register ``reg`` takes and yields; whether it yields nothing, ever."""
    code = body.r[reg]
    image = body.tables.image
    if code < ANY or code >= body.tables.base or image.types[code].kind != CONT:
        body.refuse(pc, f"r{reg} holds {body.name(code)}, no continuation")
    param, ret = image.types[code].args
    return body.tables.codes[param], body.tables.codes[ret], image.types[ret].kind == NEVER


def _value(body: Body, pc: int, reg: int, code: int, is_ref: bool) -> None:
    """A value of type ``code`` stands in register ``reg`` of the file that the instruction says."""
    if (code >= ANY) != is_ref:
        body.refuse(pc, f"{body.name(code)} stands in the other registers")
    if is_ref:
        body.reference(pc, reg, code)
    else:
        body.scalar(pc, reg, code)


def _resume(is_ref: bool) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        wx = w >> 16 & 0xFFFF
        wr = w >> 32 & 0xFFFF
        param, ret, never = _continuation(body, pc, w >> 48)
        _value(body, pc, wr if is_ref else wx, param, is_ref)
        _leave(body, pc, wx, wr, UNDEF if never else ret)

    return check


def _tail_resume(is_ref: bool) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        param, ret, _ = _continuation(body, pc, w >> 16 & 0xFFFF)
        if ret != body.ret:
            body.refuse(pc, f"the function returns {body.name(body.ret)}, not {body.name(ret)}")
        _value(body, pc, w >> 32 & 0xFFFF, param, is_ref)

    return check


# --- marks and exits


def _mark(body: Body, pc: int, w: int) -> None:
    deep, loose = body.marks
    if pc in deep:
        deep = tuple([m for m in deep if m != pc])
        loose |= {pc}
    body.marks = (*deep, pc), loose
    x = body.x
    token = TOKEN + pc
    if token in x:  # of an earlier run
        body.x = x = [INT_CODE if code == token else code for code in x]
    x[w >> 16 & 0xFFFF] = token


def _unmark(body: Body, pc: int, w: int) -> None:
    reg = w >> 16 & 0xFFFF
    body.scalar(pc, reg, INT)
    deep, loose = body.marks
    mark = body.x[reg] - TOKEN
    if mark in deep:
        body.marks = deep[: deep.index(mark)], loose
    elif deep:  # some mark may have gone, and later ones with it, or none
        body.marks = (), loose.union(deep)


def _exit(is_ref: bool) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        body.scalar(pc, w >> 16 & 0xFFFF, INT)
        if w >> 48 > 2:
            body.refuse(pc, "invalid kind of exit")
        _value(body, pc, w >> 32 & 0xFFFF, body.tables.codes[body.words[pc + 1] & 0xFFFFFFFF], is_ref)
        body.exits(len(body.x), len(body.r))

    return check


def _land_x(body: Body, pc: int, w: int) -> None:
    code = body.layout.landing[pc]
    if code >= ANY:
        body.refuse(pc, "the value is a reference")
    body.x[w >> 16 & 0xFFFF] = code


def _land_r(body: Body, pc: int, w: int) -> None:
    code = body.layout.landing[pc]
    if code < ANY:
        body.refuse(pc, "the value is a scalar")
    body.r[w >> 16 & 0xFFFF] = code


CHECKS: Final[dict[str, Check]] = {
    "Call": _call,
    "CallW": _call_wide,
    "CallValue": _call_value,
    "CallIface": _call_iface,
    "CallHost": _call_host,
    "RetX": _returning(False, _return_x),
    "RetR": _returning(False, _return_r),
    "Ret": _returning(False, _return_unit),
    "RetI": _return_int,
    "RetXX": _return_pair(False, False),
    "RetXR": _return_pair(False, True),
    "RetIX": _return_pair(True, False),
    "RetIR": _return_pair(True, True),
    "RetII": _return_ints,
    "RetN": _return_list,
    "RetMX": _returning(True, _return_x),
    "RetMR": _returning(True, _return_r),
    "RetM": _returning(True, _return_unit),
    "Trap": _trap,
    "Handle": _handle,
    "HandlerOff": _handler_off,
    "Perform": _perform,
    "ResumeX": _resume(False),
    "ResumeR": _resume(True),
    "TailResumeX": _tail_resume(False),
    "TailResumeR": _tail_resume(True),
    "Mark": _mark,
    "Unmark": _unmark,
    "ExitX": _exit(False),
    "ExitR": _exit(True),
    "LandX": _land_x,
    "LandR": _land_r,
}
