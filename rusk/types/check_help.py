"""Help and notes of the checker's messages; loaded only when something is reported (``docs/language/09-diagnostics.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rusk.diagnostics import nearest
from rusk.types.infer import resolved
from rusk.types.items import EnumItem, FnItem, StructItem
from rusk.types.terms import (
    ARRAY,
    ERR,
    FN,
    IFACE,
    INT,
    NOMINAL,
    PARAM,
    PRIM,
    READONLY,
    TUPLE,
    UNIT,
    VAR,
    Type,
    strip_readonly,
)

if TYPE_CHECKING:
    from rusk.syntax import ast
    from rusk.types.check_ctx import Ctx


def similar(name: str, names: Iterable[str]) -> str | None:
    """The help for a name that was not found."""
    near = nearest(name, names)
    return f"did you mean `{near}`?" if near is not None else None


def unknown_value(c: Ctx, path: Any, name: str) -> Type:
    """Report a name that is no value here."""
    names = set(c.names)
    for n, _entry in c.module.values.items():
        if not n.startswith("__"):
            names.add(n)
    names.update(("Some", "None"))
    help = similar(name, names)
    if help is None and name in ("resume",):
        help = "`resume` is known in effect arms without `-> k` only"
    if help is None and name == "self" and c.in_method:
        help = "static methods have no receiver"
    return c.error("unknown-value", f"unknown value `{name}`", path.pos, path.end, help=help)


def unknown_field(c: Ctx, e: ast.Field, base: Any, item: StructItem) -> Type:
    """Report a field that a struct has not."""
    help = similar(e.name, [f[0] for f in item.fields])
    if help is None and e.name in item.inherent:
        help = f"`{e.name}` is a method; call it: `.{e.name}(..)`"
    end = e.name_pos + len(e.name)
    return c.error("unknown-field", f"no field `{e.name}` on `{c.show(base)}`", e.name_pos, end, help=help)


def no_fields_help(c: Ctx, base: Type, name: str) -> str | None:
    """What to do about ``.name`` on something without named fields."""
    if base.tag == NOMINAL and getattr(base.item, "is_newtype", False):  # type: ignore[attr-defined]
        return "the field of a new-type struct is `.0`"
    if base.tag == TUPLE:
        return "the elements of a tuple are `.0`, `.1`, ..."
    if base.tag == IFACE:
        return "an interface value offers only the methods of its interface"
    return None


#: type of the library -> what people coming from other languages call its methods -> help
_ELSEWHERE = {
    "string": {
        **dict.fromkeys(("len", "length", "size"), "`byte_len` counts bytes, `char_len` characters"),
        **{name: f"did you mean `{method}`?" for name, method in (
            ("upper", "to_upper"), ("to_uppercase", "to_upper"), ("lower", "to_lower"), ("to_lowercase", "to_lower"), ("strip", "trim"),
            ("lstrip", "trim_start"), ("rstrip", "trim_end"), ("split_whitespace", "split_space"), ("index", "find"), ("substring", "slice"),
            ("count", "count_of"), ("get", "char_at"), ("zfill", "pad_start"), ("ljust", "pad_end"), ("rjust", "pad_start"), ("encode", "to_bytes"),
        )},
        "parse": "write `int::parse(s)` or `float::parse(s)`",
    },
    "array": {
        name: f"did you mean `{method}`?" for name, method in (
            ("append", "push"), ("add", "push"), ("length", "len"), ("size", "len"), ("count", "len"), ("index", "index_of"), ("find", "index_of"),
            ("includes", "contains"), ("clone", "copy"), ("for_each", "each"), ("reduce", "fold"),
        )
    },
    "Map": {
        name: f"did you mean `{method}`?" for name, method in (
            ("set", "insert"), ("put", "insert"), ("has", "contains_key"), ("contains", "contains_key"), ("pop", "remove"), ("delete", "remove"),
            ("items", "entries"), ("iter", "to_iter"), ("size", "len"), ("setdefault", "get_or_insert_with"), ("clone", "copy"),
        )
    },
    "Try": {"finally": "`finally` comes after `catch`"},
}  # fmt: skip


def elsewhere(base: Any, name: str) -> str | None:
    """The help for a method of a library type that has another name here."""
    plain = strip_readonly(base)
    if plain.tag == ARRAY:
        key = "array"
    elif plain.tag == PRIM:
        key = plain.name  # type: ignore[attr-defined]
    elif plain.tag == NOMINAL and plain.item.module.is_library:  # type: ignore[attr-defined]
        key = plain.item.name  # type: ignore[attr-defined]
    else:
        return None
    return _ELSEWHERE.get(key, {}).get(name)


def unknown_method(c: Ctx, e: ast.MethodCall, base: Any) -> Type:
    """Report a method that a type has not."""
    names: set[str] = set()
    tag = base.tag
    help = None
    if tag == PARAM:
        for b in base.param.bounds:
            names.update(b.item.full_methods)
    elif tag == IFACE:
        names.update(base.item.full_methods)
    else:
        names.update(c.world.inherent_names(base))
        for iface in c.world.impls_of(base):
            names.update(iface.methods)
    if (
        tag == NOMINAL and e.name in c.shared.field_index(base.item)
        if hasattr(getattr(base, "item", None), "fields")
        else False
    ):
        help = f"`{e.name}` is a field; read it without parentheses"
    if help is None:
        help = elsewhere(base, e.name) or similar(e.name, names)
    end = e.name_pos + len(e.name)
    return c.error(
        "unknown-method", f"unknown method `{e.name}` for `{c.show(base)}`", e.name_pos, end, help=help
    )


def reason(why: tuple[Any, ...]) -> list[Any]:
    """The place that tells why a type is required.

    ``why``: that place itself; or ``(struct, index of the field)``, ``(enum, index of the variant, index of the payload)``.
    """
    if len(why) == 4:
        return [why]
    item = why[0]
    decl = item.decl
    source = item.module.source
    if len(why) == 3:
        payload = decl.variants[why[1]].payload
        return [
            (source, payload[why[2]].pos, payload[why[2]].end, f"payload of `{decl.variants[why[1]].name}`")
        ]
    if item.is_newtype:
        return [(source, decl.fields[0].ty.pos, decl.fields[0].ty.end, f"field of `{item.name}`")]
    name = item.fields[why[1]][0]
    for f in decl.fields:
        if f.name == name:
            return [(source, f.pos, f.end, f"field `{name}` of `{item.name}`")]
    return []


def mismatch_help(c: Ctx, want: Type, got: Type) -> str | None:
    """The explicit step that would turn ``got`` into ``want`` (02 §3), if there is one."""
    want = resolved(want)
    got = resolved(got)
    if got.tag == VAR and got.literal:  # type: ignore[attr-defined]
        got = INT
    plain = strip_readonly(want)
    have = strip_readonly(got)
    if got is not have and plain is want and have is plain:
        return "a readonly view cannot be used where a mutable value is required"
    if plain.tag == IFACE and not have.has_vars and have.tag not in (FN, READONLY) and have is not UNIT:
        args = None
        if have.tag != IFACE or plain.item in have.item.all_supers:  # type: ignore[attr-defined]
            args = c.iface_args(have, plain.item)  # type: ignore[attr-defined]
        if args is not None:
            return f"write `e as {want}`"
    if have.tag == NOMINAL and isinstance(have.item, StructItem) and have.item.is_newtype:  # type: ignore[attr-defined]
        inner = have.item.fields[0][1]  # type: ignore[attr-defined]
        if inner is plain:
            return "write `.0` to get the value inside"
    if plain.tag == NOMINAL:
        item = plain.item  # type: ignore[attr-defined]
        if isinstance(item, StructItem) and item.is_newtype and item.fields[0][1] is have:
            return f"write `{item.name}(..)`"
        if (
            isinstance(item, EnumItem)
            and item.name == "Option"
            and item.module.is_library
            and plain.args[0] is got  # type: ignore[attr-defined]
        ):
            return "write `Some(..)`"
    if plain.tag == FN and want.tag == FN and got.tag != FN:
        return None
    if got.tag == FN and not got.params and got.ret is want:  # type: ignore[attr-defined]
        return "call it: `(..)()`"
    return None


def fn_label(fn: FnItem) -> str:
    """``S::m`` for methods, the name for functions."""
    parent: Any = fn.parent
    if parent is None:
        return fn.name
    target = getattr(parent, "target", None)
    owner = (
        getattr(parent, "name", None)
        if target is None
        else getattr(getattr(target, "item", None), "name", str(target))
    )
    return f"{owner}::{fn.name}"


def err(*_: object) -> Type:
    """The error type."""
    return ERR
