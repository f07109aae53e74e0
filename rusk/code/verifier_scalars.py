"""Code verifier, types layer: instructions whose format says everything, scalars, immediates, text."""

from __future__ import annotations

from rusk.code.image import BOOL, BYTE, BYTES, CHAR, E_BYTE, E_REF, E_WORD, FLOAT, INT, S_ARRAY, STRING, UNIT
from rusk.code.opcodes import UNCHECKED, WIDTH, Op
from rusk.code.verifier_tables import ANY
from rusk.code.verifier_types import INT_CODE, SCALARS, TOKEN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Final

    from rusk.code.verifier_types import Body, Check

_TYPES: Final = {**{name: code for code, name in enumerate(SCALARS)}, "string": STRING, "bytes": BYTES}

#: element, layout
_ARRAYS: Final = {
    "[char]": (CHAR, E_WORD),
    "[int]": (INT, E_WORD),
    "[byte]": (BYTE, E_BYTE),
    "[string]": (STRING, E_REF),
}

#: places of the fields a b c | d e f g in a word, or in two
_FIELDS: Final = (16, 32, 48, 64, 80, 96, 112)


def shifts(op: Op) -> list[int]:
    """Where each field of ``op`` stands, counted over both words."""
    out = []
    at = 0
    for kind, _ in op.fields:
        out.append(_FIELDS[at])
        at += WIDTH.get(kind, 1)
    return out


def plain(op: Op) -> Check:
    """The check of an opcode whose format names the type of every register."""
    xs: list[tuple[int, int]] = []
    rs: list[tuple[int, int]] = []
    texts: list[int] = []
    arrays: list[tuple[int, int, int]] = []
    x_write: list[tuple[int, int]] = []
    r_write: list[tuple[int, int]] = []
    for (kind, ty), shift in zip(op.fields, shifts(op), strict=True):
        if kind in "xX":
            (xs if kind == "x" else x_write).append((shift, _TYPES[ty]))
        elif kind == "M":
            xs.append((shift, INT))
            x_write.append((shift, INT))
        elif kind == "r":
            if ty in _ARRAYS:
                arrays.append((shift, *_ARRAYS[ty]))
            elif ty == "B":
                texts.append(shift)
            else:
                rs.append((shift, _TYPES[ty]))
        elif kind == "R":
            r_write.append((shift, _TYPES[ty]))
        else:
            assert kind[0] in "iuj-", op.format
    assert len(texts) < 2, op.format  # they must be the same
    if op.words == 1 and not rs and not texts and not arrays and not r_write:
        if len(xs) == 2 and len(x_write) == 1:
            return _binary(*xs[0], *xs[1], *x_write[0])
        if len(xs) == 1 and len(x_write) == 1:
            return _unary(*xs[0], *x_write[0])
        if len(xs) == 2 and not x_write:
            return _compare(*xs[0], *xs[1])
    wide = op.words == 2

    def check(body: Body, pc: int, w: int) -> None:
        if wide:
            w |= body.words[pc + 1] << 64
        for shift, code in xs:
            if body.x[w >> shift & 0xFFFF] != code:
                body.scalar(pc, w >> shift & 0xFFFF, code)
        for shift, code in rs:
            if body.r[w >> shift & 0xFFFF] != code:
                body.reference(pc, w >> shift & 0xFFFF, code)
        for shift in texts:
            _text(body, pc, w >> shift & 0xFFFF)
        for shift, elem, layout in arrays:
            if body.tables.arrays[layout].get(body.r[w >> shift & 0xFFFF]) != elem:
                body.refuse(pc, f"r{w >> shift & 0xFFFF} is no array of {body.name(elem)}")
        for shift, code in x_write:
            body.x[w >> shift & 0xFFFF] = code
        for shift, code in r_write:
            body.r[w >> shift & 0xFFFF] = code

    return check


def _binary(a: int, ta: int, b: int, tb: int, d: int, td: int) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        x = body.x
        if x[w >> a & 0xFFFF] != ta:
            body.scalar(pc, w >> a & 0xFFFF, ta)
        if x[w >> b & 0xFFFF] != tb:
            body.scalar(pc, w >> b & 0xFFFF, tb)
        x[w >> d & 0xFFFF] = td

    return check


def _unary(a: int, ta: int, d: int, td: int) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        x = body.x
        if x[w >> a & 0xFFFF] != ta:
            body.scalar(pc, w >> a & 0xFFFF, ta)
        x[w >> d & 0xFFFF] = td

    return check


def _compare(a: int, ta: int, b: int, tb: int) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        x = body.x
        if x[w >> a & 0xFFFF] != ta:
            body.scalar(pc, w >> a & 0xFFFF, ta)
        if x[w >> b & 0xFFFF] != tb:
            body.scalar(pc, w >> b & 0xFFFF, tb)

    return check


# --- copies and constants


def _move_x(body: Body, pc: int, w: int) -> None:
    code = body.x[w >> 32 & 0xFFFF]
    if code < 0:
        body.refuse(pc, f"x{w >> 32 & 0xFFFF} holds no value")
    body.x[w >> 16 & 0xFFFF] = code


def _move_r(body: Body, pc: int, w: int) -> None:
    code = body.r[w >> 32 & 0xFFFF]
    if code < 0:
        body.refuse(pc, f"r{w >> 32 & 0xFFFF} holds no value")
    body.r[w >> 16 & 0xFFFF] = code


def _load_const(body: Body, pc: int, w: int) -> None:
    body.x[w >> 16 & 0xFFFF] = body.tables.consts[w >> 32]


def _load_obj(body: Body, pc: int, w: int) -> None:
    body.r[w >> 16 & 0xFFFF] = body.tables.objects[w >> 32]


def _load_char(body: Body, pc: int, w: int) -> None:
    value = w >> 32
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
        body.refuse(pc, f"{value:#x} is no scalar value")
    body.x[w >> 16 & 0xFFFF] = CHAR


def _load_small(code: int, most: int) -> Check:
    def check(body: Body, pc: int, w: int) -> None:
        if w >> 32 & 0xFFFF > most:
            body.refuse(pc, f"{w >> 32 & 0xFFFF} is no {SCALARS[code]}")
        body.x[w >> 16 & 0xFFFF] = code

    return check


# --- operations of several scalar types


def _bits(body: Body, pc: int, w: int) -> None:
    """``X:S x:S x:S``; of characters not every combination is one."""
    x = body.x
    code = x[w >> 32 & 0xFFFF]
    if code == INT_CODE or code >= TOKEN:
        code = INT
    elif code != BOOL and code != BYTE:
        body.refuse(pc, f"x{w >> 32 & 0xFFFF} holds {body.name(code)}")
    if x[w >> 48] != code:
        body.scalar(pc, w >> 48, code)
    x[w >> 16 & 0xFFFF] = code


def _discrete(body: Body, pc: int, reg: int) -> int:
    """The code of an operand ``x:S``."""
    code = body.x[reg]
    if code >= TOKEN:
        return INT
    if code < 0 or code == FLOAT:
        body.refuse(pc, f"x{reg} holds {body.name(code)}")
    return code


def _equal(body: Body, pc: int, w: int) -> None:
    """``X:bool x:S x:S``"""
    code = _discrete(body, pc, w >> 32 & 0xFFFF)
    if body.x[w >> 48] != code:
        body.scalar(pc, w >> 48, code)
    body.x[w >> 16 & 0xFFFF] = BOOL


def _equal_immediate(body: Body, pc: int, w: int) -> None:
    """``X:bool x:S i``"""
    _discrete(body, pc, w >> 32 & 0xFFFF)
    body.x[w >> 16 & 0xFFFF] = BOOL


def _branch_equal(body: Body, pc: int, w: int) -> None:
    """``x:S x:S j``"""
    code = _discrete(body, pc, w >> 16 & 0xFFFF)
    if body.x[w >> 32 & 0xFFFF] != code:
        body.scalar(pc, w >> 32 & 0xFFFF, code)


def _branch_immediate(body: Body, pc: int, w: int) -> None:
    """``x:S i j``, ``x:S u *table``"""
    _discrete(body, pc, w >> 16 & 0xFFFF)


def _hash_int(body: Body, pc: int, w: int) -> None:
    _discrete(body, pc, w >> 32 & 0xFFFF)
    body.x[w >> 16 & 0xFFFF] = INT


def _int_to_str(body: Body, pc: int, w: int) -> None:
    _discrete(body, pc, w >> 32 & 0xFFFF)
    body.r[w >> 16 & 0xFFFF] = STRING


# --- immediates


def _immediate(low: int, high: int, a: int, d: int) -> Check:
    """``X:d x:a u`` with an immediate in a range."""

    def check(body: Body, pc: int, w: int) -> None:
        if not low <= w >> 48 <= high:
            body.refuse(pc, f"immediate {w >> 48} out of range")
        if body.x[w >> 32 & 0xFFFF] != a:
            body.scalar(pc, w >> 32 & 0xFFFF, a)
        body.x[w >> 16 & 0xFFFF] = d

    return check


# --- text


def _text(body: Body, pc: int, reg: int) -> int:
    """The code of an operand ``r:B``."""
    code = body.r[reg]
    if code != STRING and code != BYTES:
        body.refuse(pc, f"r{reg} holds {body.name(code)}, neither string nor bytes")
    return code


def _text_pair(body: Body, pc: int, a: int, b: int) -> int:
    code = _text(body, pc, a)
    if body.r[b] != code:
        body.reference(pc, b, code)
    return code


def _text_compare(body: Body, pc: int, w: int) -> None:
    """``X:bool r:B r:B``"""
    _text_pair(body, pc, w >> 32 & 0xFFFF, w >> 48)
    body.x[w >> 16 & 0xFFFF] = BOOL


def _text_branch(body: Body, pc: int, w: int) -> None:
    """``r:B r:B j``"""
    _text_pair(body, pc, w >> 16 & 0xFFFF, w >> 32 & 0xFFFF)


def _text_concat(body: Body, pc: int, w: int) -> None:
    """``R:B r:B r:B``"""
    body.r[w >> 16 & 0xFFFF] = _text_pair(body, pc, w >> 32 & 0xFFFF, w >> 48)


def _concat_many(body: Body, pc: int, w: int) -> None:
    words = body.words
    for n in range(w >> 32 & 0xFFFF):
        reg = words[pc + 1 + (n >> 2)] >> 16 * (n & 3) & 0xFFFF
        if body.r[reg] != STRING:
            body.reference(pc, reg, STRING)
    body.r[w >> 16 & 0xFFFF] = STRING


def _opaque(body: Body, pc: int, w: int) -> None:
    """``R:string r:?``, any reference"""
    body.reference(pc, w >> 32 & 0xFFFF, ANY)
    body.r[w >> 16 & 0xFFFF] = STRING


def _fresh_array(operands: tuple[int, ...], elem: int, layout: int, highest: int = 0) -> Check:
    """``R:[elem] r:... s u``: a new array of the given shape, from one or two texts, in a way that an immediate up to ``highest`` names."""
    at = 2 + len(operands)
    fields = tuple(zip(_FIELDS[1:], operands, strict=False))

    def check(body: Body, pc: int, w: int) -> None:
        if at > 3 or highest:
            w |= body.words[pc + 1] << 64
        for shift, code in fields:
            if body.r[w >> shift & 0xFFFF] != code:
                body.reference(pc, w >> shift & 0xFFFF, code)
        number = w >> 16 * at & 0xFFFF
        shape = body.tables.image.shapes[number]
        if shape.kind != S_ARRAY or body.tables.arrays[layout].get(shape.type) != elem:
            body.refuse(pc, f"shape {number} is not that of an array of {body.name(elem)}")
        if highest and w >> 16 * at + 16 & 0xFFFF > highest:
            body.refuse(pc, f"immediate {w >> 16 * at + 16 & 0xFFFF} out of range")
        body.r[w >> 16 & 0xFFFF] = shape.type

    return check


def _text_immediate(low: int, high: int) -> Check:
    """``R:string r:string u`` with an immediate in a range."""

    def check(body: Body, pc: int, w: int) -> None:
        if not low <= w >> 48 <= high:
            body.refuse(pc, f"immediate {w >> 48} out of range")
        if body.r[w >> 32 & 0xFFFF] != STRING:
            body.reference(pc, w >> 32 & 0xFFFF, STRING)
        body.r[w >> 16 & 0xFFFF] = STRING

    return check


def _char_case(body: Body, pc: int, w: int) -> None:
    if w >> 48 > 1:
        body.refuse(pc, f"immediate {w >> 48} out of range")
    if body.x[w >> 32 & 0xFFFF] != CHAR:
        body.scalar(pc, w >> 32 & 0xFFFF, CHAR)
    body.r[w >> 16 & 0xFFFF] = STRING


def _text_find(body: Body, pc: int, w: int) -> None:
    """``X:int r:B r:B x:int``"""
    _text_pair(body, pc, w >> 32 & 0xFFFF, w >> 48)
    body.scalar(pc, body.words[pc + 1] & 0xFFFF, INT)
    body.x[w >> 16 & 0xFFFF] = INT


# --- arrays of scalars, `E_WORD` and `E_BYTE`


def _elem(body: Body, pc: int, reg: int, layout: int) -> int:
    """The code of the elements of an array operand."""
    code = body.tables.arrays[layout].get(body.r[reg])
    if code is None:
        body.refuse(pc, f"r{reg} holds {body.name(body.r[reg])}, no array of this layout")
    return code


def _get(layout: int) -> Check:
    """``X:T r:[T] x:int``"""

    def check(body: Body, pc: int, w: int) -> None:
        code = _elem(body, pc, w >> 32 & 0xFFFF, layout)
        if body.x[w >> 48] != INT_CODE:
            body.scalar(pc, w >> 48, INT)
        body.x[w >> 16 & 0xFFFF] = code

    return check


def _set(layout: int) -> Check:
    """``r:[T] x:int x:T``"""

    def check(body: Body, pc: int, w: int) -> None:
        code = _elem(body, pc, w >> 16 & 0xFFFF, layout)
        if body.x[w >> 32 & 0xFFFF] != INT_CODE:
            body.scalar(pc, w >> 32 & 0xFFFF, INT)
        if body.x[w >> 48] != code:
            body.scalar(pc, w >> 48, code)

    return check


def _push(layout: int) -> Check:
    """``r:[T] x:T``"""

    def check(body: Body, pc: int, w: int) -> None:
        code = _elem(body, pc, w >> 16 & 0xFFFF, layout)
        if body.x[w >> 32 & 0xFFFF] != code:
            body.scalar(pc, w >> 32 & 0xFFFF, code)

    return check


def _pop(layout: int) -> Check:
    """``X:T r:[T]``"""

    def check(body: Body, pc: int, w: int) -> None:
        body.x[w >> 16 & 0xFFFF] = _elem(body, pc, w >> 32 & 0xFFFF, layout)

    return check


def _add(body: Body, pc: int, w: int) -> None:
    """``r:[int] x:int x:int``"""
    if _elem(body, pc, w >> 16 & 0xFFFF, E_WORD) != INT:
        body.refuse(pc, f"r{w >> 16 & 0xFFFF} is no array of int")
    for reg in (w >> 32 & 0xFFFF, w >> 48):
        body.scalar(pc, reg, INT)


# --- arrays of references


def _get_ref(body: Body, pc: int, w: int) -> None:
    code = _elem(body, pc, w >> 32 & 0xFFFF, E_REF)
    if body.x[w >> 48] != INT_CODE:
        body.scalar(pc, w >> 48, INT)
    body.r[w >> 16 & 0xFFFF] = code


def _set_ref(body: Body, pc: int, w: int) -> None:
    code = _elem(body, pc, w >> 16 & 0xFFFF, E_REF)
    if body.x[w >> 32 & 0xFFFF] != INT_CODE:
        body.scalar(pc, w >> 32 & 0xFFFF, INT)
    if body.r[w >> 48] != code:
        body.reference(pc, w >> 48, code)


def _push_ref(body: Body, pc: int, w: int) -> None:
    code = _elem(body, pc, w >> 16 & 0xFFFF, E_REF)
    if body.r[w >> 32 & 0xFFFF] != code:
        body.reference(pc, w >> 32 & 0xFFFF, code)


def _pop_ref(body: Body, pc: int, w: int) -> None:
    body.r[w >> 16 & 0xFFFF] = _elem(body, pc, w >> 32 & 0xFFFF, E_REF)


# --- any array


def _array(body: Body, pc: int, reg: int) -> int:
    """The code of an operand ``r:[]``."""
    code = body.r[reg]
    for arrays in body.tables.arrays:
        if code in arrays:
            return code
    body.refuse(pc, f"r{reg} holds {body.name(code)}, no array")


def _array_len(body: Body, pc: int, w: int) -> None:
    _array(body, pc, w >> 32 & 0xFFFF)
    body.x[w >> 16 & 0xFFFF] = INT


def _array_branch(body: Body, pc: int, w: int) -> None:
    """``x:int r:[] j``"""
    if body.x[w >> 16 & 0xFFFF] != INT_CODE:
        body.scalar(pc, w >> 16 & 0xFFFF, INT)
    _array(body, pc, w >> 32 & 0xFFFF)


def _array_loop(body: Body, pc: int, w: int) -> None:
    """``M:int r:[] j``"""
    _array_branch(body, pc, w)
    body.x[w >> 16 & 0xFFFF] = INT
    body.relies = True


def _unchecked(check: Check) -> Check:
    """The same types, and more: see `rusk.code.verifier_bounds`."""

    def relying(body: Body, pc: int, w: int) -> None:
        check(body, pc, w)
        body.relies = True

    return relying


def _array_clear(body: Body, pc: int, w: int) -> None:
    _array(body, pc, w >> 16 & 0xFFFF)


def _array_extend(body: Body, pc: int, w: int) -> None:
    body.reference(pc, w >> 32 & 0xFFFF, _array(body, pc, w >> 16 & 0xFFFF))


def _array_concat(body: Body, pc: int, w: int) -> None:
    code = _array(body, pc, w >> 32 & 0xFFFF)
    body.reference(pc, w >> 48, code)
    body.r[w >> 16 & 0xFFFF] = code


def _sortable(body: Body, pc: int, reg: int) -> None:
    for arrays in body.tables.arrays:
        if arrays.get(body.r[reg]) in (INT, CHAR, BYTE, BOOL, STRING, BYTES):
            return
    body.refuse(pc, f"r{reg} holds {body.name(body.r[reg])}, nothing that can be sorted")


def _array_sort(body: Body, pc: int, w: int) -> None:
    _sortable(body, pc, w >> 16 & 0xFFFF)


def _array_order(body: Body, pc: int, w: int) -> None:
    """``r:[int] r:[]``"""
    if _elem(body, pc, w >> 16 & 0xFFFF, E_WORD) != INT:
        body.refuse(pc, f"r{w >> 16 & 0xFFFF} is no array of int")
    _sortable(body, pc, w >> 32 & 0xFFFF)


def _array_slice(body: Body, pc: int, w: int) -> None:
    code = _array(body, pc, w >> 32 & 0xFFFF)
    for reg in (w >> 48, body.words[pc + 1] & 0xFFFF):
        body.scalar(pc, reg, INT)
    body.r[w >> 16 & 0xFFFF] = code


# --- maps


def _map(body: Body, pc: int, reg: int) -> int:
    """The code of the array of keys of a map operand."""
    code = body.tables.maps.get(body.r[reg])
    if code is None:
        body.refuse(pc, f"r{reg} holds {body.name(body.r[reg])}, no map")
    return code


def _map_key(layout: int) -> Check:
    """``X:int r:? x:?`` or ``X:int r:? r:B``: a map and a key with this layout in its array of keys."""

    def check(body: Body, pc: int, w: int) -> None:
        keys = body.tables.arrays[layout].get(_map(body, pc, w >> 32 & 0xFFFF))
        if keys is None or layout == E_REF and keys != STRING and keys != BYTES:
            body.refuse(pc, f"r{w >> 32 & 0xFFFF} is no map with such keys")
        if layout == E_REF:
            body.reference(pc, w >> 48, keys)
        elif body.x[w >> 48] != keys:
            body.scalar(pc, w >> 48, keys)
        body.x[w >> 16 & 0xFFFF] = INT

    return check


def _map_probe(body: Body, pc: int, w: int) -> None:
    """``X:int r:? x:int x:int``"""
    _map(body, pc, w >> 32 & 0xFFFF)
    for reg in (w >> 48, body.words[pc + 1] & 0xFFFF):
        body.scalar(pc, reg, INT)
    body.x[w >> 16 & 0xFFFF] = INT


def _map_change(body: Body, pc: int, w: int) -> None:
    """``r:? x:int``"""
    _map(body, pc, w >> 16 & 0xFFFF)
    body.scalar(pc, w >> 32 & 0xFFFF, INT)


def _map_adopt(body: Body, pc: int, w: int) -> None:
    """``r:? r:[int]``"""
    _map(body, pc, w >> 16 & 0xFFFF)
    if _elem(body, pc, w >> 32 & 0xFFFF, E_WORD) != INT:
        body.refuse(pc, f"r{w >> 32 & 0xFFFF} is no array of int")


CHECKS: Final[dict[str, Check]] = {
    "MoveX": _move_x,
    "MoveR": _move_r,
    "LoadConst": _load_const,
    "LoadObj": _load_obj,
    "LoadChar": _load_char,
    "LoadBool": _load_small(BOOL, 1),
    "LoadByte": _load_small(BYTE, 255),
    "IntDivI": _immediate(1, 0xFFFF, INT, INT),
    "IntModI": _immediate(1, 0xFFFF, INT, INT),
    "FloatMath": _immediate(0, 10, FLOAT, FLOAT),
    "HashInt": _hash_int,
    "IntToStr": _int_to_str,
    "Switch": _branch_immediate,
    "StrConcat": _text_concat,
    "StrConcatN": _concat_many,
    "OpaqueToStr": _opaque,
    "BytesToArray": _fresh_array((BYTES,), BYTE, E_BYTE),
    "StrToChars": _fresh_array((STRING,), CHAR, E_WORD),
    "StrSplit": _fresh_array((STRING, STRING), STRING, E_REF),
    "StrPieces": _fresh_array((STRING,), STRING, E_REF, 1),
    "StrFind": _text_find,
    "StrTrim": _text_immediate(1, 3),
    "StrCase": _text_immediate(0, 1),
    "CharCase": _char_case,
    "CharIs": _immediate(0, 5, CHAR, BOOL),
    "ArrAddW": _add,
    "ArrGetR": _get_ref,
    "ArrSetR": _set_ref,
    "ArrPushR": _push_ref,
    "ArrPopR": _pop_ref,
    "ArrInsertR": _set_ref,
    "ArrRemoveR": _get_ref,
    "ArrResizeR": _set_ref,
    "ArrLen": _array_len,
    "ArrClear": _array_clear,
    "ArrExtend": _array_extend,
    "ArrConcat": _array_concat,
    "ArrSort": _array_sort,
    "ArrOrder": _array_order,
    "ArrSlice": _array_slice,
    "ArrSliceRo": _array_slice,
    "MapProbe": _map_probe,
    "MapAdopt": _map_adopt,
    **{f"Map{op}": _map_change for op in ("Append", "Forget", "Rebuild")},
    **{f"Map{op}{letter}": _map_key(layout) for letter, layout in (("W", E_WORD), ("B", E_BYTE), ("R", E_REF)) for op in ("Find", "Enter")},
    **{f"Int{op}": _bits for op in ("And", "Or", "Xor")},
    **{f"Int{op}I": _immediate(0, 63, INT, INT) for op in ("Shl", "Shr", "Ushr")},
    **{f"Int{op}": _equal for op in ("Eq", "Ne", "Lt", "Le")},
    **{f"Int{op}I": _equal_immediate for op in ("Eq", "Ne", "Lt", "Le", "Gt", "Ge")},
    **{f"@Int{op}": _branch_equal for op in ("Eq", "Ne", "Lt", "Le")},
    **{f"@Int{op}I": _branch_immediate for op in ("Eq", "Ne", "Lt", "Le", "Gt", "Ge")},
    **{f"Str{op}": _text_compare for op in ("Eq", "Ne", "Lt", "Le")},
    **{f"@Str{op}": _text_branch for op in ("Eq", "Ne")},
    **{f"Arr{op}{letter}": check for letter, layout in (("W", E_WORD), ("B", E_BYTE)) for op, check in (
        ("Get", _get(layout)), ("Set", _set(layout)), ("Push", _push(layout)), ("Pop", _pop(layout)), ("Insert", _set(layout)),
        ("Remove", _get(layout)), ("Resize", _set(layout)),
    )},
    "@Within": _array_branch,
    "@Beyond": _array_branch,
    "LoopIncWithin": _array_loop,
}  # fmt: skip

CHECKS.update({other: _unchecked(CHECKS[name]) for name, other in UNCHECKED.items()})

assert (UNIT, INT) == (0, INT_CODE)
