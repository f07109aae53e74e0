"""The MIR verifier: checks the invariants of ``ir.py`` and prints a function with the errors in place.

Run between passes when the environment has ``RUSK_VERIFY_MIR=1``, and in all tests. It checks concrete MIR: structure of blocks, operand and
result types of every instruction, calls against the signatures of their callees, definite assignment, landing blocks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rusk.mir.concrete import Concrete
from rusk.mir.dataflow import Edge, reachable, solve, targets
from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import CELL, TERMINATORS, HandleInfo, Instance, OpInst, Slot
from rusk.mir.printer import print_function, register
from rusk.types.terms import (
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CHAR,
    CONT,
    FLOAT,
    FN,
    IFACE,
    INT,
    NEVER,
    NOMINAL,
    STRING,
    TUPLE,
    UNIT,
    array,
    is_reference,
    tuple_,
)

if TYPE_CHECKING:
    from rusk.mir.ir import Block, Function, Instr, Program
    from rusk.types.terms import Type

#: Whether the driver verifies MIR between passes.
ENABLED: Final = os.environ.get("RUSK_VERIFY_MIR") == "1"

_TYPES: Final[dict[str, Type]] = {
    "int": INT, "float": FLOAT, "bool": BOOL, "byte": BYTE, "char": CHAR, "unit": UNIT, "string": STRING, "bytes": BYTES, "!": NEVER,
}  # fmt: skip

#: Operand and result types of intrinsics; ``[]`` is an array, the same wherever it stands, ``T`` its element, ``?`` any type.
_SIGNATURES: Final = """
int int -> int: int_add int_sub int_mul int_and int_or int_xor int_div int_mod int_shl int_shr int_ushr int_pow hash_combine
int -> int: int_neg int_not int_count_ones int_leading_zeros hash_int
int int -> bool: int_eq int_ne int_lt int_le int_gt int_ge
bool bool -> bool: bool_eq bool_ne bool_and bool_or bool_xor bool_lt bool_le bool_gt bool_ge
bool -> bool: bool_not
byte byte -> byte: byte_and byte_or byte_xor
byte int -> byte: byte_shl byte_shr byte_ushr
byte -> byte: byte_not
byte byte -> bool: byte_eq byte_ne byte_lt byte_le byte_gt byte_ge
char char -> bool: char_eq char_ne char_lt char_le char_gt char_ge
float float -> float: float_add float_sub float_mul float_div float_mod float_pow __math_atan2 __math_hypot
float -> float: float_neg float_floor float_ceil float_round float_trunc float_sqrt float_abs __math_sin __math_cos __math_tan __math_asin
float -> float: __math_acos __math_atan __math_exp __math_ln __math_log2 __math_log10 __math_cbrt
float float -> bool: float_eq float_ne float_lt float_le float_gt float_ge
unit unit -> bool: unit_eq unit_ne
int -> byte: int_to_byte
byte -> int: byte_to_int
char -> int: char_to_int
int -> float: int_to_float __float_from_bits
float -> int: float_to_bits float_to_int
int -> char: int_to_char
float -> bool: __float_fits_int
int -> bool: __int_is_char
string string -> string: string_concat
bytes bytes -> bytes: bytes_concat
string string -> bool: string_eq string_ne string_lt string_le string_gt string_ge
bytes bytes -> bool: bytes_eq bytes_ne bytes_lt bytes_le bytes_gt bytes_ge
bytes -> int: bytes_len hash_bytes
int -> string: int_to_string
float -> string: float_to_string
bool -> string: bool_to_string
byte -> string: byte_to_string
char -> string: char_to_string
unit -> string: unit_to_string
bytes -> string: bytes_to_string string_from_utf8
string int int -> string: __string_slice
string int int -> bytes: __string_byte_slice
bytes int int -> bytes: __bytes_slice
string int -> int: string_next_index string_codepoint_at __string_next_byte
string -> int: __string_byte_len hash_string __int_parse
string int -> char: __string_char_at_byte
[char] -> string: string_from_chars
string -> bytes: string_to_utf8_bytes
[int] -> string: __string_from_utf16
bytes -> bool: __utf8_valid
[int] -> bool: __utf16_valid
bytes -> [byte]: bytes_to_array
[byte] -> bytes: bytes_from_array
string string int -> int: __string_find
string string -> int: __string_rfind
bytes bytes int -> int: __bytes_find
string int -> int: __string_chars __string_offset
string string int -> bool: __string_at
string int int -> string: __string_cut
string -> [char]: string_to_chars
string string -> [string]: __string_split
string -> [string]: string_split_space string_lines
[string] string -> string: __string_join
string int -> string: __string_repeat
string -> string: string_trim string_trim_start string_trim_end string_to_upper string_to_lower
char -> string: char_to_upper char_to_lower
char -> bool: char_is_digit char_is_alpha char_is_alnum char_is_space char_is_upper char_is_lower
string -> bool: __float_parse_ok __int_parse_ok
string -> float: __float_parse
[] -> int: array_len
[] T -> unit: array_push
[] -> unit: array_clear
[] int T -> unit: array_resize array_insert
[] int -> T: array_remove
[] -> T: __array_pop_last
[] [] -> unit: array_extend
[] [] -> []: array_concat
[] int int -> []: array_slice array_slice_ro
[byte] string -> unit: __bytes_push_string __bytes_push_json
[byte] bytes -> unit: __bytes_push_bytes
[byte] -> string: __string_from_byte_array
bytes int -> int: __json_next __json_number __json_string
bytes int int -> int: __json_int
bytes int int -> float: __json_float
bytes int int -> string: __json_text
[byte] int -> unit: __bytes_push_int
[byte] float -> unit: __bytes_push_float
[byte] char -> unit: __bytes_push_char
[] -> unit: __array_sort
[int] [] -> unit: __array_order
? ? -> int: __map_find __map_enter
? int int -> int: __map_probe
? int -> unit: __map_append __map_forget __map_rebuild
? [int] -> unit: __map_adopt
[] [] -> []: __array_concat_ro
[] [] -> unit: __array_extend_ro
float int -> string: __float_to_fixed
string -> !: panic
? -> string: opaque_to_string
"""

#: instruction -> number of operands, where it is fixed
_ARITY: Final = {
    "const": 0, "copy": 1, "undef": 0, "get": 1, "set": 2, "tag": 1, "payload": 1, "index": 2, "index_set": 3, "tuple_rest": 1, "cell": 1,
    "cell_get": 1, "cell_set": 2, "fn_value": 0, "capture": 0, "to_iface": 1, "from_iface": 1, "is": 1, "as_try": 1, "handler_off": 0, "resume": 2,
    "mark": 0, "unmark": 1, "exit": 2, "landing_value": 0, "result": 0, "jump": 0, "branch": 1, "switch": 1, "trap": 0, "tail_resume": 2, "unreachable": 0,
}  # fmt: skip

_CONST_TYPES: Final[dict[Type, Any]] = {
    INT: int, FLOAT: float, BOOL: bool, BYTE: int, CHAR: str, STRING: str, BYTES: bytes, UNIT: type(None),
}  # fmt: skip


def _read_signatures() -> dict[str, tuple[list[str], str]]:
    table: dict[str, tuple[list[str], str]] = {}
    for line in _SIGNATURES.strip().splitlines():
        left, _, right = line.partition("->")
        ret, _, names = right.partition(":")
        for name in names.split():
            table[name] = (left.split(), ret.strip())
    return table


SIGNATURES: Final = _read_signatures()


class MirError(Exception):
    """A function breaks an invariant of MIR; the text is the function with the errors in place."""


class _Checker:
    __slots__ = ("fn", "types", "notes")

    def __init__(self, fn: Function, types: Concrete) -> None:
        self.fn = fn
        self.types = types
        self.notes: dict[int, list[str]] = {}

    # --- reports

    def error(self, i: Instr | None, text: str) -> None:
        self.notes.setdefault(id(i) if i is not None else 0, []).append(text)

    def show(self, v: int) -> str:
        return register(self.fn, v)

    def type(self, v: int) -> Type:
        return self.types.erase(self.fn.vregs[v])

    def fits(self, have: Any, want: Any) -> bool:
        """Assignability of 02 §3: ``!`` fits everything, also as the result of functions."""
        while have is not NEVER:
            have, want = self.types.erase(have), self.types.erase(want)
            if have is want:
                return True
            if have.tag != FN or want.tag != FN or have.params != want.params:
                return False
            have, want = have.ret, want.ret
        return True

    def want(self, i: Instr, v: int, t: Type) -> None:
        if not self.fits(self.fn.vregs[v], t):
            self.error(i, f"{self.show(v)} has type {self.fn.vregs[v]}, not {t}")

    def result(self, i: Instr, t: Type) -> None:
        """``i`` gives a ``t``; a result of type unit or ``!`` need not be kept."""
        if i.dst < 0:
            if t is not UNIT and t is not NEVER and i.op not in _MAY_DROP:
                self.error(i, f"the result of type {t} has no register")
        elif not self.fits(t, self.fn.vregs[i.dst]):
            self.error(i, f"gives {t}, but {self.show(i.dst)} has type {self.fn.vregs[i.dst]}")

    def signature(self, i: Instr, args: Sequence[int], params: Sequence[Type], ret: Type) -> None:
        if len(args) != len(params):
            self.error(i, f"{len(args)} arguments for {len(params)} parameters")
        else:
            for a, p in zip(args, params, strict=True):
                self.want(i, a, p)
        self.result(i, ret)

    # --- structure

    def run(self) -> None:
        fn = self.fn
        for v, t in enumerate(fn.vregs):
            if t.has_params or t.has_vars:
                self.error(None, f"{self.show(v)} has the type {t}, which is not concrete")
        if not fn.blocks:
            self.error(None, "no blocks")
            return
        if fn.env >= 0 and fn.env != fn.nparams:
            self.error(None, f"the environment %{fn.env} is not the register after the parameters")
        structure = not self.notes
        for n, block in enumerate(fn.blocks):
            structure &= self.structure(n, block)
        if structure:
            for block in fn.blocks:
                for i in block.instrs:
                    self.instr(i)
                self.terminator(block.term)
            self.assignment()

    def structure(self, n: int, block: Block) -> bool:
        """Whether operands and targets are in range, so that the other checks may use them."""
        fn = self.fn
        if block.term is None:
            self.error(None, f"b{n} has no terminator")
            return False
        before = len(self.notes)
        for i in [*block.instrs, block.term]:
            is_term = i is block.term
            if (i.op in TERMINATORS) != is_term:
                self.error(i, "a terminator inside a block" if not is_term else "not a terminator")
            for v in i.args:
                if not 0 <= v < len(fn.vregs):
                    self.error(i, f"no register %{v}")
            if not -1 <= i.dst < len(fn.vregs):
                self.error(i, f"no register %{i.dst}")
            if i.op in _ARITY and len(i.args) != _ARITY[i.op]:
                self.error(i, f"{len(i.args)} operands instead of {_ARITY[i.op]}")
            if not -len(fn.inlined) <= i.loc:
                self.error(i, f"no place {i.loc}")
            out = targets(i) if is_term else [i.data] if i.op == "mark" else []
            for t in out:
                if not 0 <= t < len(fn.blocks):
                    self.error(i, f"no block b{t}")
                elif t == 0:
                    self.error(i, "goes to the entry block")
                elif (t in fn.landings) != (i.op == "mark"):
                    self.error(i, f"b{t} is {'a' if t in fn.landings else 'no'} landing block")
        for i in block.instrs[1:] if n in fn.landings else block.instrs:
            if i.op == "landing_value":
                self.error(i, "not first in a landing block")
        return len(self.notes) == before

    # --- definite assignment

    def assignment(self) -> None:
        fn = self.fn
        initial = (1 << fn.nparams) - 1
        if fn.env >= 0:
            initial |= 1 << fn.env
        edges: list[list[Edge]] = [[] for _ in fn.blocks]
        for n, block in enumerate(fn.blocks):
            defs = 0
            for i in block.instrs:
                if i.dst >= 0:
                    defs |= 1 << i.dst
                if i.op == "mark":
                    edges[i.data].append((n, -1, defs))
            for s in dict.fromkeys(targets(block.term)):
                edges[s].append((n, -1, defs))
        base = [initial, *[-1] * (len(fn.blocks) - 1)]
        entry = solve(base, edges, range(len(base)), union=False)
        live = reachable(fn)
        for n, block in enumerate(fn.blocks):
            if not live[n]:
                continue
            have = entry[n]
            for i in [*block.instrs, block.term]:
                for a in i.args:
                    if not have >> a & 1 and fn.vregs[a] is not UNIT:
                        self.error(i, f"{self.show(a)} is not assigned on every path")
                if i.dst >= 0:
                    have |= 1 << i.dst

    # --- instructions

    def terminator(self, i: Instr) -> None:
        fn = self.fn
        op = i.op
        if op == "branch":
            self.want(i, i.args[0], BOOL)
        elif op == "switch":
            t = self.type(i.args[0])
            if t not in (INT, BYTE, CHAR, BOOL):
                self.error(i, f"cannot switch on {t}")
            values = [v for v, _ in i.data[0]]
            if len(set(values)) != len(values):
                self.error(i, "a value occurs twice")
            if not values and i.data[1] < 0:
                self.error(i, "no case")
        elif op == "return":
            if fn.results:
                if len(i.args) != len(fn.results):
                    self.error(i, f"{len(i.args)} results instead of {len(fn.results)}")
                    return
                for a, t in zip(i.args, fn.results, strict=True):
                    self.want(i, a, t)
            elif len(i.args) > 1:
                self.error(i, "several results")
            elif not i.args:
                if fn.ret is not UNIT and fn.ret is not NEVER:
                    self.error(i, f"nothing returned from a function with result {fn.ret}")
            else:
                self.want(i, i.args[0], fn.ret)
        elif op == "tail_resume":
            k = self.continuation(i)
            if k is not None and not self.fits(k.ret, fn.ret):
                self.error(i, f"the continuation gives {k.ret}, the function {fn.ret}")
        elif op == "exit":
            self.want(i, i.args[0], INT)
            if i.data not in ("return", "break", "continue"):
                self.error(i, f"unknown exit {i.data!r}")
        elif op == "trap" and not isinstance(i.data, str):
            self.error(i, "no message")

    def instr(self, i: Instr) -> None:
        if any([self.fn.vregs[a] is NEVER for a in i.args]):
            return  # never executed
        method = _CHECKS.get(i.op)
        if method is not None:
            method(self, i)
        elif i.op in SIGNATURES:
            self.intrinsic(i)
        elif i.op not in INTRINSICS:
            self.error(i, "unknown operation")

    def intrinsic(self, i: Instr) -> None:
        params, ret = SIGNATURES[i.op]
        if len(i.args) != len(params):
            self.error(i, f"{len(i.args)} operands instead of {len(params)}")
            return
        arr: Type = UNIT
        if "[]" in params:
            arr = self.type(i.args[params.index("[]")])
            if arr.tag != ARRAY:
                self.error(i, f"{arr} is not an array")
                return

        def term(name: str) -> Type:
            if name == "[]":
                return arr
            if name == "T":
                return arr.elem  # type: ignore[attr-defined, no-any-return]
            return array(_TYPES[name[1:-1]]) if name[0] == "[" else _TYPES[name]

        for a, p in zip(i.args, params, strict=True):
            if p != "?":
                self.want(i, a, term(p))
        self.result(i, term(ret))

    def const(self, i: Instr) -> None:
        t = self.type(i.dst)
        d: Any = i.data
        if type(d) is not _CONST_TYPES.get(t):
            self.error(i, f"{d!r} is no constant of type {t}")
        elif (
            t is BYTE
            and not 0 <= d < 256
            or t is CHAR
            and len(d) != 1
            or t is INT
            and not -(1 << 63) <= d < 1 << 63
        ):
            self.error(i, "out of range")

    def copy(self, i: Instr) -> None:
        self.result(i, self.fn.vregs[i.args[0]])

    def undef(self, i: Instr) -> None:
        if not is_reference(self.fn.vregs[i.dst]):
            self.error(i, "undef of a scalar")

    def new(self, i: Instr) -> None:
        t = self.type(i.dst)
        if not self.is_record(t):
            self.error(i, f"{t} is no struct or tuple")
        else:
            self.signature(i, i.args, self.types.fields(t), t)

    def is_record(self, t: Type) -> bool:
        return t.tag == TUPLE or (t.tag == NOMINAL and not hasattr(t.item, "variants"))  # type: ignore[attr-defined]

    def is_enum(self, t: Type) -> bool:
        return t.tag == NOMINAL and hasattr(t.item, "variants")  # type: ignore[attr-defined]

    def field(self, i: Instr) -> Type | None:
        t = self.type(i.args[0])
        if not self.is_record(t):
            self.error(i, f"{t} is no struct or tuple")
            return None
        fields = self.types.fields(t)
        n: int = i.data
        if not 0 <= n < len(fields):
            self.error(i, f"{t} has no field {n}")
            return None
        return fields[n]

    def get(self, i: Instr) -> None:
        t = self.field(i)
        if t is not None:
            self.result(i, t)

    def set(self, i: Instr) -> None:
        t = self.field(i)
        if t is not None:
            self.want(i, i.args[1], t)

    def variant(self, i: Instr) -> None:
        t = self.type(i.dst)
        if not self.is_enum(t) or not 0 <= i.data < len(self.types.variants(t)):
            self.error(i, f"{t} has no variant {i.data}")
        else:
            self.signature(i, i.args, self.types.variants(t)[i.data], t)

    def tag(self, i: Instr) -> None:
        if not self.is_enum(self.type(i.args[0])):
            self.error(i, f"{self.show(i.args[0])} is no enum")
        self.result(i, INT)

    def payload(self, i: Instr) -> None:
        t = self.type(i.args[0])
        variant, part = i.data
        if not self.is_enum(t) or not 0 <= variant < len(self.types.variants(t)):
            self.error(i, f"{t} has no variant {variant}")
        elif not 0 <= part < len(self.types.variants(t)[variant]):
            self.error(i, f"variant {variant} of {t} has no payload {part}")
        else:
            self.result(i, self.types.variants(t)[variant][part])

    def array(self, i: Instr) -> None:
        t = self.type(i.dst)
        if t.tag != ARRAY:
            self.error(i, f"{t} is not an array")
        else:
            for a in i.args:
                self.want(i, a, t.elem)  # type: ignore[attr-defined]

    def element(self, i: Instr) -> Type | None:
        t = self.type(i.args[0])
        self.want(i, i.args[1], INT)
        if t.tag == ARRAY:
            return t.elem  # type: ignore[attr-defined, no-any-return]
        if t is BYTES and i.op == "index":
            return BYTE
        self.error(i, f"{t} is not an array")
        return None

    def index(self, i: Instr) -> None:
        t = self.element(i)
        if t is not None:
            self.result(i, t)

    def index_set(self, i: Instr) -> None:
        t = self.element(i)
        if t is not None:
            self.want(i, i.args[2], t)

    def tuple_rest(self, i: Instr) -> None:
        t = self.type(i.args[0])
        if t.tag != TUPLE:
            self.error(i, f"{t} is not a tuple")
        else:
            self.result(i, tuple_(t.elems[i.data[0] : i.data[1]]))  # type: ignore[attr-defined]

    def cell(self, i: Instr) -> None:
        t = self.fn.vregs[i.dst]
        if t.tag != CELL:
            self.error(i, f"{t} is not a cell")
        else:
            self.want(i, i.args[0], t.inner)  # type: ignore[attr-defined]

    def content(self, i: Instr) -> Type | None:
        t = self.fn.vregs[i.args[0]]
        if t.tag == CELL:
            return t.inner  # type: ignore[attr-defined, no-any-return]
        self.error(i, f"{t} is not a cell")
        return None

    def cell_get(self, i: Instr) -> None:
        t = self.content(i)
        if t is not None:
            self.result(i, t)

    def cell_set(self, i: Instr) -> None:
        t = self.content(i)
        if t is not None:
            self.want(i, i.args[1], t)

    # --- functions and calls

    def callee(self, i: Instr) -> tuple[list[Type], Type] | None:
        """Parameter types and result of the instance in ``i``; None: an extern function, or an error."""
        inst = i.data
        if i.op == "fn_value" and getattr(inst, "kind", "") == "extern":
            return inst.params, inst.ret
        if not isinstance(inst, Instance):
            self.error(i, "no instance")
            return None
        f = inst.function
        if f is not None and f.results:
            if i.op != "call":
                self.error(i, f"{f.name} with its several results as a value")
            return f.vregs[: f.nparams], f.results[0]
        return None if f is None else (f.vregs[: f.nparams], f.ret)

    def fn_value(self, i: Instr) -> None:
        sig = self.callee(i)
        t = self.type(i.dst)
        if t.tag != FN:
            self.error(i, f"{t} is no function type")
        elif sig is not None:
            self.same_signature(i, t, sig)
            if i.op == "fn_value" and isinstance(i.data, Instance) and i.data.function.captures:
                self.error(i, "a closure as a plain function")

    def same_signature(self, i: Instr, t: Any, sig: tuple[list[Type], Type]) -> None:
        erase = self.types.erase
        if [erase(p) for p in sig[0]] != list(t.params) or not self.fits(sig[1], t.ret):
            self.error(i, f"the function is fn({', '.join(map(str, sig[0]))}) -> {sig[1]}, not {t}")

    def closure(self, i: Instr) -> None:
        self.fn_value(i)
        f = getattr(i.data, "function", None)
        if f is not None:
            self.signature(i, i.args, f.captures, self.fn.vregs[i.dst])

    def capture(self, i: Instr) -> None:
        if self.fn.env < 0 or not 0 <= i.data < len(self.fn.captures):
            self.error(i, f"no captured value {i.data}")
        else:
            self.result(i, self.fn.captures[i.data])

    def call(self, i: Instr) -> None:
        sig = self.callee(i)
        if sig is not None:
            args = i.args
            if i.data.function.env >= 0 and len(args) == len(sig[0]) + 1:
                if self.type(args[-1]).tag != FN:
                    self.error(i, f"{self.show(args[-1])} is no closure")
                args = args[:-1]
            self.signature(i, args, sig[0], sig[1])

    def result_(self, i: Instr) -> None:
        for block in self.fn.blocks:
            if i in block.instrs:
                n = block.instrs.index(i) - 1
                while n >= 0 and block.instrs[n].op == "result":
                    n -= 1
                call = block.instrs[n] if n >= 0 else i
                inst = call.data
                if call.op != "call" or not isinstance(inst, Instance):
                    self.error(i, "not after a call")
                elif not 0 < i.data < len(inst.function.results):
                    self.error(i, f"{inst.name} has no result {i.data}")
                else:
                    self.result(i, inst.function.results[i.data])
                return

    def assemble(self, i: Instr) -> None:
        t = self.type(i.dst)
        if not self.is_enum(t) or len(i.data) != len(self.types.variants(t)):
            self.error(i, f"{t} has not {len(i.data)} variants")
            return
        self.want(i, i.args[0], INT)
        for slots, payload in zip(i.data, self.types.variants(t), strict=True):
            if len(slots) != len(payload) or any([not 0 <= n < len(i.args) - 1 for n in slots]):
                self.error(i, f"no such parts: {slots}")
                return
            for n, p in zip(slots, payload, strict=True):
                self.want(i, i.args[1 + n], p)

    def call_value(self, i: Instr) -> None:
        t = self.type(i.args[0]) if i.args else UNIT
        if t.tag != FN:
            self.error(i, f"{t} is no function type")
        else:
            self.signature(i, i.args[1:], t.params, t.ret)  # type: ignore[attr-defined]

    def call_iface(self, i: Instr) -> None:
        slot = i.data
        if not isinstance(slot, Slot):
            self.error(i, "no slot")
        elif not i.args or self.type(i.args[0]).tag != IFACE:
            self.error(i, "no receiver of interface type")
        else:
            self.signature(i, i.args[1:], slot.params, slot.ret)

    def call_extern(self, i: Instr) -> None:
        self.signature(i, i.args, i.data.params, i.data.ret)

    # --- interfaces

    def to_iface(self, i: Instr) -> None:
        if self.type(i.dst).tag != IFACE:
            self.error(i, f"{self.show(i.dst)} is no interface value")

    def from_iface(self, i: Instr) -> None:
        if self.type(i.args[0]).tag != IFACE:
            self.error(i, f"{self.show(i.args[0])} is no interface value")

    def is_(self, i: Instr) -> None:
        self.result(i, BOOL)

    def as_try(self, i: Instr) -> None:
        t = self.type(i.dst)
        if not self.is_enum(t) or [len(p) for p in self.types.variants(t)] not in ([0, 1], [1, 0]):
            self.error(i, f"{t} is no Option")

    def concat(self, i: Instr) -> None:
        for a in i.args:
            self.want(i, a, STRING)
        self.result(i, STRING)

    # --- effects

    def handle(self, i: Instr) -> None:
        info = i.data
        if not isinstance(info, HandleInfo) or not i.args:
            self.error(i, "no body or no clauses")
            return
        types: list[Any] = [self.type(a) for a in i.args]
        for a, t in zip(i.args, types, strict=True):
            if t.tag != FN:
                self.error(i, f"{self.show(a)} is no closure")
                return
        match = types[0].ret
        if types[0].params:
            self.error(i, "the body has parameters")
        self.result(i, match)
        erase = self.types.erase
        for c in info.clauses:
            params = [erase(p) for p in c.op.params]
            if not (-1 <= c.guard < len(types) - 1 and 0 <= c.arm < len(types) - 1):
                self.error(i, f"no closure {c.guard} or {c.arm}")
                return
            arm = types[1 + c.arm]
            ret = c.op.ret if c.mode == "direct" else match
            have = list(arm.params)
            if c.mode == "capture":
                k = have.pop() if have else None
                if (
                    k is None
                    or k.tag != CONT
                    or not self.fits(c.op.ret, k.param)
                    or not self.fits(match, k.ret)
                ):
                    self.error(i, f"arm {c.arm} takes {k} instead of its continuation")
            if have != params or not self.fits(arm.ret, ret):
                self.error(i, f"arm {c.arm} of {c.op.name} is {arm}")
            if c.guard >= 0:
                guard = types[1 + c.guard]
                if list(guard.params) != params or guard.ret is not BOOL:
                    self.error(i, f"guard {c.guard} of {c.op.name} is {guard}")

    def handler_off(self, i: Instr) -> None:
        if self.fn.kind != "body":
            self.error(i, "not in a body")

    def perform(self, i: Instr) -> None:
        if not isinstance(i.data, OpInst):
            self.error(i, "no operation")
        else:
            self.signature(i, i.args, i.data.params, i.data.ret)

    def continuation(self, i: Instr) -> Any:
        k: Any = self.type(i.args[0])
        if k.tag != CONT:
            self.error(i, f"{self.show(i.args[0])} is no continuation")
            return None
        self.want(i, i.args[1], k.param)
        return k

    def resume(self, i: Instr) -> None:
        k = self.continuation(i)
        if k is not None:
            self.result(i, k.ret)

    def mark(self, i: Instr) -> None:
        self.result(i, INT)

    def unmark(self, i: Instr) -> None:
        self.want(i, i.args[0], INT)

    def landing_value(self, i: Instr) -> None:
        pass


#: instructions whose result may be left out
_MAY_DROP: Final = frozenset(
    (
        "call",
        "call_value",
        "call_iface",
        "call_extern",
        "handle",
        "perform",
        "resume",
        "array_remove",
        "__array_pop_last",
    )
)

_CHECKS: Final[dict[str, Callable[[_Checker, Instr], None]]] = {
    name: getattr(_Checker, name)
    for name in (
        "const copy undef new get set variant tag payload array index index_set tuple_rest cell cell_get cell_set fn_value closure capture call "
        "call_value call_iface call_extern to_iface from_iface as_try concat handle handler_off perform resume mark unmark landing_value assemble"
    ).split()
}
_CHECKS["is"] = _Checker.is_
_CHECKS["result"] = _Checker.result_


def errors(fn: Function, types: Concrete | None = None) -> str:
    """``fn`` printed with its errors in place, or "" when it is right."""
    checker = _Checker(fn, types if types is not None else Concrete())
    checker.run()
    return print_function(fn, notes=checker.notes) if checker.notes else ""


def verify_function(fn: Function, types: Concrete | None = None, after: str = "") -> None:
    """Raise `MirError` unless ``fn`` keeps the invariants; ``after``: the pass to blame."""
    text = errors(fn, types)
    if text:
        raise MirError((f"after {after}:\n" if after else "") + text)


def verify_program(program: Program, types: Concrete | None = None) -> None:
    """Verify all functions of a program, and its tables."""
    types = types if types is not None else Concrete()
    texts = []
    for n, inst in enumerate(program.instances):
        if inst.index != n:
            texts.append(f"instance {inst.name} has index {inst.index} instead of {n}\n")
        if inst.function is not None and inst.function.blocks:
            texts.append(errors(inst.function, types))
    erase = types.erase
    for slot in program.slots:
        for t, inst in slot.table.items():
            f = inst.function
            params = [erase(p) for p in f.vregs[1 : f.nparams]]
            if params != [erase(p) for p in slot.params] or erase(f.ret) is not erase(slot.ret):
                texts.append(f"slot {slot.name}: {inst.name} for {t} has another signature\n")
            receiver = erase(f.vregs[0])
            if receiver is not erase(t) and receiver.tag != IFACE:
                texts.append(f"slot {slot.name}: {inst.name} for {t} takes {receiver}\n")
    text = "".join(texts)
    if text:
        raise MirError(text)
