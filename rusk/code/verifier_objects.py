"""Code verifier, types layer: objects, enums, interface values, array literals."""

from __future__ import annotations

from rusk.code.image import E_REF, INT, S_ARRAY, S_BOX
from rusk.code.verifier_tables import ANY
from rusk.code.verifier_types import INT_CODE

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.verifier_types import Body, Check

# --- making


def _fill(body: Body, pc: int, reg: int, code: int) -> None:
    """A word of type ``code`` gets the value of register ``reg`` of its file."""
    if code >= ANY:
        if body.r[reg] != code:
            body.reference(pc, reg, code)
    elif body.x[reg] != code:
        body.scalar(pc, reg, code)


def _made(body: Body, pc: int, shape: int) -> int:
    code = body.tables.made[shape]
    if code < 0:
        body.refuse(pc, f"shape {shape} is not made this way")
    return code


def _new(body: Body, pc: int, w: int) -> None:
    shape = w >> 32 & 0xFFFF
    words = body.words
    code = _made(body, pc, shape)
    for n, field in enumerate(body.tables.words[shape]):
        _fill(body, pc, words[pc + 1 + (n >> 2)] >> 16 * (n & 3) & 0xFFFF, field)
    body.r[w >> 16 & 0xFFFF] = code


def _new_one(file_is_r: bool) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        shape = w >> 32 & 0xFFFF
        code = _made(body, pc, shape)
        fields = body.tables.words[shape]
        if len(fields) != 1 or (fields[0] >= ANY) != file_is_r:
            body.refuse(pc, f"shape {shape} has other words")
        _fill(body, pc, w >> 48, fields[0])
        body.r[w >> 16 & 0xFFFF] = code

    return check


def _new_array(body: Body, pc: int, w: int) -> None:
    shape = body.tables.image.shapes[w >> 32 & 0xFFFF]
    if shape.kind != S_ARRAY:
        body.refuse(pc, f"shape {w >> 32 & 0xFFFF} is not that of an array")
    elem = body.tables.arrays[shape.elem][shape.type]
    words = body.words
    for n in range(w >> 48):
        _fill(body, pc, words[pc + 1 + (n >> 2)] >> 16 * (n & 3) & 0xFFFF, elem)
    body.r[w >> 16 & 0xFFFF] = shape.type


# --- fields


def _field(body: Body, pc: int, reg: int, word: int) -> int:
    """The code of a word of the object in R register ``reg``: a struct, tuple or cell, or a closure of known shape."""
    fields = body.tables.fields.get(body.r[reg])
    if fields is None:
        body.refuse(pc, f"r{reg} holds {body.name(body.r[reg])}, which has no fields")
    if word >= len(fields):
        body.refuse(pc, f"no word {word}")
    return fields[word]


def _get_x(body: Body, pc: int, w: int) -> None:
    code = _field(body, pc, w >> 32 & 0xFFFF, w >> 48)
    if code >= ANY:
        body.refuse(pc, f"word {w >> 48} is a reference")
    body.x[w >> 16 & 0xFFFF] = code


def _get_r(body: Body, pc: int, w: int) -> None:
    code = _field(body, pc, w >> 32 & 0xFFFF, w >> 48)
    if code < ANY:
        body.refuse(pc, f"word {w >> 48} is a scalar")
    body.r[w >> 16 & 0xFFFF] = code


def _target(body: Body, pc: int, w: int) -> int:
    """The code of the word that an instruction ``r:? u ...`` changes."""
    reg = w >> 16 & 0xFFFF
    code = _field(body, pc, reg, w >> 32 & 0xFFFF)
    if body.r[reg] >= body.tables.base:
        body.refuse(pc, "captured values do not change")
    return code


def _set_x(body: Body, pc: int, w: int) -> None:
    code = _target(body, pc, w)
    if code >= ANY:
        body.refuse(pc, f"word {w >> 32 & 0xFFFF} is a reference")
    if body.x[w >> 48] != code:
        body.scalar(pc, w >> 48, code)


def _set_r(body: Body, pc: int, w: int) -> None:
    code = _target(body, pc, w)
    if code < ANY:
        body.refuse(pc, f"word {w >> 32 & 0xFFFF} is a scalar")
    if body.r[w >> 48] != code:
        body.reference(pc, w >> 48, code)


def _field_add_immediate(body: Body, pc: int, w: int) -> None:
    if _target(body, pc, w) != INT:
        body.refuse(pc, f"word {w >> 32 & 0xFFFF} is no int")


def _field_add(body: Body, pc: int, w: int) -> None:
    _field_add_immediate(body, pc, w)
    if body.x[w >> 48] != INT_CODE:
        body.scalar(pc, w >> 48, INT)


# --- enums


def _enum(body: Body, pc: int, reg: int) -> list[tuple[int, ...]]:
    """The words of the variants of the enum in R register ``reg``."""
    variants = body.tables.variants.get(body.r[reg])
    if variants is None:
        body.refuse(pc, f"r{reg} holds {body.name(body.r[reg])}, no enum")
    return variants


def _payload(body: Body, pc: int, w: int, word: int, tag: int) -> int:
    """The code of a payload word. That the value is this variant the engine checks."""
    variants = _enum(body, pc, w >> 32 & 0xFFFF)
    if tag >= len(variants) or word >= len(variants[tag]):
        body.refuse(pc, f"no word {word} in variant {tag}")
    return variants[tag][word]


def _pay_x(body: Body, pc: int, w: int) -> None:
    code = _payload(body, pc, w, w >> 48 & 0xFF, w >> 56)
    if code >= ANY:
        body.refuse(pc, "the word is a reference")
    body.x[w >> 16 & 0xFFFF] = code


def _pay_r(body: Body, pc: int, w: int) -> None:
    code = _payload(body, pc, w, w >> 48 & 0xFF, w >> 56)
    if code < ANY:
        body.refuse(pc, "the word is a scalar")
    body.r[w >> 16 & 0xFFFF] = code


def _pay_x_wide(body: Body, pc: int, w: int) -> None:
    code = _payload(body, pc, w, w >> 48, body.words[pc + 1] & 0xFFFF)
    if code >= ANY:
        body.refuse(pc, "the word is a reference")
    body.x[w >> 16 & 0xFFFF] = code


def _pay_r_wide(body: Body, pc: int, w: int) -> None:
    code = _payload(body, pc, w, w >> 48, body.words[pc + 1] & 0xFFFF)
    if code < ANY:
        body.refuse(pc, "the word is a scalar")
    body.r[w >> 16 & 0xFFFF] = code


def _tag(body: Body, pc: int, w: int) -> None:
    _enum(body, pc, w >> 32 & 0xFFFF)
    body.x[w >> 16 & 0xFFFF] = INT


def _tag_branch(body: Body, pc: int, w: int) -> None:
    """``r:? u j``, ``r:? u *table``"""
    _enum(body, pc, w >> 16 & 0xFFFF)


# --- interface values


def _test(body: Body, pc: int, reg: int, test: int) -> int:
    """The code of the tested type; any reference may be tested."""
    body.reference(pc, reg, ANY)
    return body.tables.codes[body.tables.image.tests[test].type]


def _is(body: Body, pc: int, w: int) -> None:
    _test(body, pc, w >> 32 & 0xFFFF, w >> 48)
    body.x[w >> 16 & 0xFFFF] = 1


def _is_branch(body: Body, pc: int, w: int) -> None:
    """``r:? t j``"""
    _test(body, pc, w >> 16 & 0xFFFF, w >> 32 & 0xFFFF)


def _cast(body: Body, pc: int, w: int) -> None:
    code = _test(body, pc, w >> 32 & 0xFFFF, w >> 48)
    if code < ANY:
        body.refuse(pc, "a scalar is unboxed, not cast")
    body.r[w >> 16 & 0xFFFF] = code


def _unbox(body: Body, pc: int, w: int) -> None:
    shape = body.tables.image.shapes[w >> 48]
    body.reference(pc, w >> 32 & 0xFFFF, ANY)
    if shape.kind != S_BOX:
        body.refuse(pc, f"shape {w >> 48} is not that of a box")
    body.x[w >> 16 & 0xFFFF] = body.tables.codes[shape.type]


CHECKS: Final[dict[str, Check]] = {
    "New": _new,
    "NewX1": _new_one(False),
    "NewR1": _new_one(True),
    "NewArray": _new_array,
    "GetX": _get_x,
    "GetR": _get_r,
    "SetX": _set_x,
    "SetR": _set_r,
    "FieldAdd": _field_add,
    "FieldAddI": _field_add_immediate,
    "PayX": _pay_x,
    "PayR": _pay_r,
    "PayXW": _pay_x_wide,
    "PayRW": _pay_r_wide,
    "Tag": _tag,
    "@TagEq": _tag_branch,
    "@TagNe": _tag_branch,
    "SwitchTag": _tag_branch,
    "Is": _is,
    "@Is": _is_branch,
    "@IsNot": _is_branch,
    "Cast": _cast,
    "Unbox": _unbox,
}

assert E_REF == 2
