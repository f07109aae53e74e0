"""Type terms: the one representation of Rusk types, from the checker to the code generator.

Terms are interned: two equal terms are the same object, so they are compared with ``is`` and hashed by identity
(``docs/language/02-types.md`` §3). Normal forms are kept by the constructor functions below; never call the classes directly.
An inference variable (`Var`) is a term of its own identity; a term that contains one (``has_vars``) must be passed through
`resolve` of the checker before it is compared.

The interning table lives for one compilation (`reset`); primitive terms live for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rusk.types.items import EnumItem, GenericParam, InterfaceItem, StructItem


class Type:
    """Base of all terms.

    ``tag`` is the kind of term as a small int (the constants below); ``has_vars`` tells whether an inference
    variable occurs in it; ``has_params`` whether a type parameter or a projection does (then it is not concrete).
    """

    __slots__ = ("tag", "has_vars", "has_params")

    tag: int
    has_vars: bool
    has_params: bool

    def __str__(self) -> str:
        from rusk.types.show import show

        return show(self)

    __repr__ = __str__


PRIM, NOMINAL, IFACE, ARRAY, TUPLE, FN, CONT, READONLY, PARAM, APPLIED, PROJ, VAR, ERROR = range(13)


class Prim(Type):
    """A primitive: unit bool int float byte char string bytes, and ``!`` (named "!")."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.tag = PRIM
        self.has_vars = False
        self.has_params = False
        self.name = name


class ErrorType(Type):
    """The type of something already reported; it fits everywhere and causes no further errors."""

    __slots__ = ()

    def __init__(self) -> None:
        self.tag = ERROR
        self.has_vars = False
        self.has_params = False


class Nominal(Type):
    """A struct or enum with its type arguments."""

    __slots__ = ("item", "args")

    item: StructItem | EnumItem
    args: tuple[Type, ...]


class Iface(Type):
    """An interface value type; ``bindings``: (associated type name, type) in order of the names."""

    __slots__ = ("item", "args", "bindings")

    item: InterfaceItem
    args: tuple[Type, ...]
    bindings: tuple[tuple[str, Type], ...]


class Array(Type):
    """``[T]``."""

    __slots__ = ("elem",)

    elem: Type


class Tuple(Type):
    """``(A, B)``; never empty: ``()`` is `UNIT`."""

    __slots__ = ("elems",)

    elems: tuple[Type, ...]


class Fn(Type):
    """``fn(A) -> R``."""

    __slots__ = ("params", "ret")

    params: tuple[Type, ...]
    ret: Type


class Cont(Type):
    """``cont(P) -> R``."""

    __slots__ = ("param", "ret")

    param: Type
    ret: Type


class Readonly(Type):
    """``readonly T`` of a reference type (or of one not known yet)."""

    __slots__ = ("inner",)

    inner: Type


class ParamType(Type):
    """A type parameter in scope; `Self` of an interface is one too (``param.name == "Self"``)."""

    __slots__ = ("param",)

    param: GenericParam


class Applied(Type):
    """``F<A>`` with a type-constructor parameter F; ``ctor`` is its GenericParam, or a Var of constructor kind."""

    __slots__ = ("ctor", "args")

    ctor: GenericParam | Var
    args: tuple[Type, ...]


class Proj(Type):
    """An associated type ``I<A>::X<T>`` that is not known yet: T is (or contains) a parameter or variable."""

    __slots__ = ("iface", "args", "self_ty", "name")

    iface: InterfaceItem
    args: tuple[Type, ...]
    self_ty: Type
    name: str


class Var(Type):
    """An inference variable.

    ``ref``: what it was unified with (for a constructor variable of an `Applied`: a struct, enum or interface item),
    or None. ``literal``: it stands for an integer literal (int or byte). ``pos``: where it arose, for ``cannot-infer``.
    """

    __slots__ = ("ref", "literal", "pos", "name", "data")

    def __init__(self, pos: int = -1, literal: bool = False, name: str = "") -> None:
        self.tag = VAR
        self.has_vars = True
        self.has_params = False
        self.ref: object | None = None
        self.literal = literal
        self.pos = pos
        self.name = name
        self.data: object | None = None


UNIT = Prim("unit")
BOOL = Prim("bool")
INT = Prim("int")
FLOAT = Prim("float")
BYTE = Prim("byte")
CHAR = Prim("char")
STRING = Prim("string")
BYTES = Prim("bytes")
NEVER = Prim("!")
ERR = ErrorType()

PRIMITIVES: dict[str, Prim] = {t.name: t for t in (UNIT, BOOL, INT, FLOAT, BYTE, CHAR, STRING, BYTES)}

_table: dict[tuple[object, ...], Type] = {}


def reset() -> None:
    """Forget all composite terms; called when a compilation has ended (only one runs at a time)."""
    _table.clear()


def swap(table: dict[tuple[object, ...], Type]) -> dict[tuple[object, ...], Type]:
    """Intern terms in ``table`` from now on; the result is the table used before. For a program that is kept while others are compiled."""
    global _table
    before = _table
    _table = table
    return before


def _flags(term: Type, parts: Sequence[Type]) -> None:
    term.has_vars = any([p.has_vars for p in parts])
    term.has_params = any([p.has_params for p in parts])


def nominal(item: StructItem | EnumItem, args: Sequence[Type] = ()) -> Nominal:
    """The struct or enum type ``item<args>``."""
    key = (NOMINAL, item, *args)
    t = _table.get(key)
    if t is None:
        t = Nominal()
        t.tag = NOMINAL
        t.item = item
        t.args = tuple(args)
        _flags(t, t.args)
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def iface(item: InterfaceItem, args: Sequence[Type] = (), bindings: Sequence[tuple[str, Type]] = ()) -> Iface:
    """The interface value type ``item<args>{bindings}``; bindings are put into the order of their names."""
    bs = tuple(sorted(bindings, key=lambda b: b[0]))
    key = (IFACE, item, tuple(args), bs)
    t = _table.get(key)
    if t is None:
        t = Iface()
        t.tag = IFACE
        t.item = item
        t.args = tuple(args)
        t.bindings = bs
        _flags(t, [*t.args, *[b[1] for b in bs]])
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def array(elem: Type) -> Array:
    """``[elem]``."""
    key = (ARRAY, elem)
    t = _table.get(key)
    if t is None:
        t = Array()
        t.tag = ARRAY
        t.elem = elem
        t.has_vars = elem.has_vars
        t.has_params = elem.has_params
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def tuple_(elems: Sequence[Type]) -> Type:
    """``(elems...)``; without elements `UNIT`."""
    if not elems:
        return UNIT
    key = (TUPLE, *elems)
    t = _table.get(key)
    if t is None:
        t = Tuple()
        t.tag = TUPLE
        t.elems = tuple(elems)
        _flags(t, t.elems)
        t = _table.setdefault(key, t)
    return t


def fn(params: Sequence[Type], ret: Type) -> Fn:
    """``fn(params) -> ret``."""
    key = (FN, tuple(params), ret)
    t = _table.get(key)
    if t is None:
        t = Fn()
        t.tag = FN
        t.params = tuple(params)
        t.ret = ret
        _flags(t, [*t.params, ret])
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def cont(param: Type, ret: Type) -> Cont:
    """``cont(param) -> ret``."""
    key = (CONT, param, ret)
    t = _table.get(key)
    if t is None:
        t = Cont()
        t.tag = CONT
        t.param = param
        t.ret = ret
        _flags(t, (param, ret))
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def readonly(inner: Type) -> Type:
    """``readonly inner`` in normal form: it vanishes on value and function types and on itself (02 §3).

    On a Var it is kept; `substitute` and the checker's `resolve` renormalise when the variable becomes known.
    """
    tag = inner.tag
    if tag == PRIM or tag == READONLY or tag == FN or tag == CONT or tag == ERROR:
        return inner
    if tag == VAR and inner.literal:  # type: ignore[attr-defined]
        return inner
    key = (READONLY, inner)
    t = _table.get(key)
    if t is None:
        t = Readonly()
        t.tag = READONLY
        t.inner = inner
        t.has_vars = inner.has_vars
        t.has_params = inner.has_params
        t = _table.setdefault(key, t)
    return t


def param(p: GenericParam) -> ParamType:
    """The type parameter ``p`` as a type."""
    key = (PARAM, p)
    t = _table.get(key)
    if t is None:
        t = ParamType()
        t.tag = PARAM
        t.param = p
        t.has_vars = False
        t.has_params = True
        t = _table.setdefault(key, t)
    return t  # type: ignore[return-value]


def applied(ctor: GenericParam | Var, args: Sequence[Type]) -> Type:
    """``ctor<args>`` for a type-constructor parameter, or a constructor variable while inferring."""
    key = (APPLIED, ctor, *args)
    t = _table.get(key)
    if t is None:
        t = Applied()
        t.tag = APPLIED
        t.ctor = ctor
        t.args = tuple(args)
        t.has_vars = isinstance(ctor, Var) or any([a.has_vars for a in args])
        t.has_params = True
        t = _table.setdefault(key, t)
    return t


def proj(iface_item: InterfaceItem, args: Sequence[Type], self_ty: Type, name: str) -> Type:
    """The projection ``iface<args>::name<self_ty>``, not normalised."""
    key = (PROJ, iface_item, tuple(args), self_ty, name)
    t = _table.get(key)
    if t is None:
        t = Proj()
        t.tag = PROJ
        t.iface = iface_item
        t.args = tuple(args)
        t.self_ty = self_ty
        t.name = name
        t.has_vars = self_ty.has_vars or any([a.has_vars for a in args])
        t.has_params = True
        t = _table.setdefault(key, t)
    return t


def strip_readonly(t: Type) -> Type:
    """``t`` without an outer ``readonly``."""
    return t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]


def is_reference(t: Type) -> bool:
    """Whether values of the concrete type ``t`` live in R registers (everything but the plain scalars)."""
    return not (t.tag == PRIM and t is not STRING and t is not BYTES)


Subst: TypeAlias = "dict[GenericParam, Type]"


def rebuild(t: Type, f: Callable[[Type], Type]) -> Type:
    """``t`` with ``f`` applied to its direct parts (not to itself); leaves are returned as they are."""
    tag = t.tag
    if tag == NOMINAL:
        return nominal(t.item, [f(a) for a in t.args])  # type: ignore[attr-defined]
    if tag == READONLY:
        return readonly(f(t.inner))  # type: ignore[attr-defined]
    if tag == ARRAY:
        return array(f(t.elem))  # type: ignore[attr-defined]
    if tag == TUPLE:
        return tuple_([f(e) for e in t.elems])  # type: ignore[attr-defined]
    if tag == FN:
        return fn([f(p) for p in t.params], f(t.ret))  # type: ignore[attr-defined]
    if tag == CONT:
        return cont(f(t.param), f(t.ret))  # type: ignore[attr-defined]
    if tag == IFACE:
        return iface(t.item, [f(a) for a in t.args], [(n, f(b)) for n, b in t.bindings])  # type: ignore[attr-defined]
    if tag == PROJ:
        return proj(t.iface, [f(a) for a in t.args], f(t.self_ty), t.name)  # type: ignore[attr-defined]
    if tag == APPLIED:
        return applied(t.ctor, [f(a) for a in t.args])  # type: ignore[attr-defined]
    return t


def substitute(t: Type, subst: Subst) -> Type:
    """``t`` with type parameters replaced. Projections are rebuilt, not normalised (see ``types/project.py``).

    A constructor parameter F is mapped to a term whose item is the constructor: ``F<A>`` becomes that item applied to A.
    """
    if not t.has_params:
        return t
    if t.tag == PARAM:
        return subst.get(t.param, t)  # type: ignore[attr-defined]
    if t.tag == APPLIED:
        args = [substitute(a, subst) for a in t.args]  # type: ignore[attr-defined]
        ctor = t.ctor  # type: ignore[attr-defined]
        to = None if isinstance(ctor, Var) else subst.get(ctor)
        if to is None:
            return applied(ctor, args)
        if to.tag == NOMINAL:
            return nominal(to.item, args)  # type: ignore[attr-defined]
        if to.tag == IFACE:
            return iface(to.item, args)  # type: ignore[attr-defined]
        return applied(to.ctor, args)  # type: ignore[attr-defined]
    return rebuild(t, lambda p: substitute(p, subst))
