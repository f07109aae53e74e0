"""``derive``: generated impls, as syntax (``docs/language/05-modules.md`` §4, 06 §9.6, §12.1).

The impl is written as Rusk text from the declaration of the type, parsed, and every node of it placed at the ``derive`` item, so that errors and
tracebacks point there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax import ast, parse_file
from rusk.types import declare
from rusk.types.items import EnumItem, Module, StructItem

if TYPE_CHECKING:
    from rusk.types.world import World

#: derive name -> the interface
_INTERFACES: Final = {
    "Serialize": "core::serde::Serialize",
    "Deserialize": "core::serde::Deserialize",
    "Eq": "core::ops::Eq",
    "Ne": "core::ops::Ne",
    "Hash": "core::hash::Hash",
    "ToString": "core::fmt::ToString",
    "Ord": "core::ops::Ord",
}


def expand(w: World, module: Module, decl: ast.DeriveDecl) -> None:
    """Add the impls that ``decl`` asks for to ``module``."""
    target = decl.target
    entry = module.types.get(target.name)
    item: Any = None if entry is None or entry.is_use else entry.target
    if not isinstance(item, StructItem | EnumItem) or item.module is not module:
        shown = "::".join(module.path) or "loaf"
        w.diags.error(
            "bad-derive", f"derive target `{target.name}` not found in module `{shown}`", module.source, target.pos,
            target.end,
        )  # fmt: skip
        return
    done: set[str] = set()
    for name in decl.names:
        if name.name not in _INTERFACES:
            known = ", ".join(_INTERFACES)
            w.diags.error(
                "bad-derive",
                f"unknown derive `{name.name}`; supported derives: {known}",
                module.source,
                name.pos,
                name.end,
            )
            continue
        if name.name in done:
            continue
        done.add(name.name)
        text = _impl_text(module, item, name.name)
        parsed = parse_file(Source("<derive>", text), Diagnostics())
        for impl in parsed.items:
            _place(impl, decl.pos, decl.end)
            declare._impl(w, module, impl, False, declare._Additions(module))  # type: ignore[arg-type]


def _place(node: Any, pos: int, end: int) -> None:
    """Put every node of a tree at one place."""
    work = [node]
    while work:
        n = work.pop()
        if isinstance(n, list | tuple):
            work.extend(n)
            continue
        if not isinstance(n, ast.Node):
            continue
        for cls in type(n).__mro__:
            for slot in getattr(cls, "__slots__", ()):
                if slot in ("pos", "name_pos", "op_pos", "index_pos", "alias_pos"):
                    setattr(n, slot, pos)
                elif slot == "end":
                    n.end = end
                else:
                    work.append(getattr(n, slot, None))


def _mentioned(te: Any, names: set[str], found: set[str]) -> None:
    """Type parameters that occur in a field, function types apart."""
    if te is None or te.__class__ is ast.TyFn or te.__class__ is ast.TyCont:
        return
    if te.__class__ is ast.TyPath:
        if len(te.segments) == 1 and te.segments[0].name in names:
            found.add(te.segments[0].name)
        for s in te.segments:
            for a in s.args or ():
                _mentioned(a, names, found)
        return
    for attr in ("inner", "elem"):
        _mentioned(getattr(te, attr, None), names, found)
    for e in getattr(te, "elems", None) or ():
        _mentioned(e, names, found)


def _impl_text(module: Module, item: Any, name: str) -> str:
    decl = item.decl
    text = module.source.text
    iface = _INTERFACES[name]
    names = {g.name for g in decl.generics}
    used: set[str] = set()
    types = (
        [f.ty for f in decl.fields]
        if isinstance(item, StructItem)
        else [t for v in decl.variants for t in v.payload]
    )
    for te in types:
        _mentioned(te, names, used)
    params = []
    for g in decl.generics:
        parts = [text[b.pos : b.end] for b in g.bounds]
        if g.name in used:
            parts.append(iface)
        params.append(g.name + (": " + " + ".join(parts) if parts else ""))
    header = "impl" + (f"<{', '.join(params)}>" if params else "")
    args = f"<{', '.join(g.name for g in decl.generics)}>" if params else ""
    body = _BODIES[name](item, iface)
    return f"{header} {iface} for {item.name}{args} {{\n{body}\n}}\n"


def _fields(item: StructItem) -> list[tuple[str, str]]:
    """(access, name) of each field."""
    return [
        ("0" if item.is_newtype else f.name, "0" if item.is_newtype else f.name) for f in item.decl.fields
    ]


def _pattern(v: ast.VariantDecl, prefix: str) -> str:
    names = ", ".join([f"{prefix}{i}" for i in range(len(v.payload))])
    return f"Self::{v.name}({names})" if v.payload else f"Self::{v.name}"


_OK = "core::result::Result::Ok"
_ERR = "core::result::Result::Err"


def _step(call: str) -> str:
    return f"        match {call} {{ {_ERR}(e) => return {_ERR}(e), {_OK}(_) => () }};\n"


def _serialize(item: Any, iface: str) -> str:
    out = "    readonly fn serialize(s: core::serde::Serializer) -> core::result::Result<unit, core::serde::SerdeError> {\n"
    if isinstance(item, StructItem):
        fields = _fields(item)
        out += _step(f"s.map_begin({len(fields)})")
        for access, name in fields:
            out += _step(f's.map_key("{name}")')
            out += _step(f"{iface}::serialize(self.{access}, s)")
        return out + "        s.map_end()\n    }"
    if not item.decl.variants:
        return out + f"        {_OK}(())\n    }}"
    out += "        match self {\n"
    for i, v in enumerate(item.decl.variants):
        out += f"        {_pattern(v, 'a')} => {{\n"
        out += _step(f"s.seq_begin({len(v.payload) + 1})") + _step(f"s.int({i})")
        for k in range(len(v.payload)):
            out += _step(f"{iface}::serialize(a{k}, s)")
        out += "        s.seq_end() }\n"
    return out + "        }\n    }"


def _read(te: ast.TypeExpr) -> str:
    return f"match core::serde::Deserialize::deserialize::<{_type_text(te)}>(d) {{ {_ERR}(e) => return {_ERR}(e), {_OK}(v) => v }}"


def _type_text(te: Any) -> str:
    """A written type again as text; a view is read as what it shows."""
    kind = te.__class__
    if kind is ast.TyReadonly:
        return _type_text(te.inner)
    if kind is ast.TyPrim:
        return str(te.name)
    if kind is ast.TyNever:
        return "!"
    if kind is ast.TyArray:
        return f"[{_type_text(te.elem)}]"
    if kind is ast.TyTuple:
        return "(" + ", ".join([_type_text(e) for e in te.elems]) + ",)"
    if kind is ast.TyFn:
        ret = "" if te.ret is None else f" -> {_type_text(te.ret)}"
        return f"fn({', '.join([_type_text(p) for p in te.params])}){ret}"
    if kind is ast.TyCont:
        return f"cont({_type_text(te.param)}) -> {_type_text(te.ret)}"
    segments = [
        s.name + (f"<{', '.join([_type_text(a) for a in s.args])}>" if s.args else "") for s in te.segments
    ]
    bindings = ""
    if te.bindings:
        bindings = "{" + ", ".join([f"{b.name} = {_type_text(b.ty)}" for b in te.bindings]) + "}"
    return "::".join(segments) + bindings


def _is_omit(te: Any) -> bool:
    """Whether a field is written as an ``OmitOr`` (by its last name; the library type decides in `Deserialize`)."""
    return te.__class__ is ast.TyPath and te.segments[-1].name == "OmitOr"


def _deserialize(item: Any, iface: str) -> str:
    out = "    static fn deserialize(d: core::serde::Deserializer) -> core::result::Result<Self, core::serde::SerdeError> {\n"
    some, none = "core::option::Option::Some", "core::option::Option::None"
    if isinstance(item, StructItem):
        fields = item.decl.fields
        out += _step("d.map_begin()")
        for i, f in enumerate(fields):
            out += f"        let f{i}: core::option::Option<{_type_text(f.ty)}> = {none};\n"
        out += f"        loop {{ match d.map_next_key() {{ {_ERR}(e) => return {_ERR}(e), {_OK}({none}) => break, {_OK}({some}(k)) => match k {{\n"
        for i, (f, (_, name)) in enumerate(zip(fields, _fields(item), strict=True)):
            out += f'            "{name}" => {{ f{i} = {some}({_read(f.ty)}); }}\n'
        out += f"            _ => match d.skip_value() {{ {_ERR}(e) => return {_ERR}(e), {_OK}(_) => () }},\n        }} }}; }}\n"
        out += _step("d.map_end()")
        for i, (f, (_, name)) in enumerate(zip(fields, _fields(item), strict=True)):
            missing = f'return {_ERR}(core::serde::SerdeError::MissingField("{name}"))'
            if _is_omit(f.ty):
                path = "::".join([s.name for s in f.ty.segments])  # type: ignore[attr-defined]
                missing = f"{path}::Omit"
            out += f"        let v{i} = match f{i} {{ {some}(v) => v, {none} => {missing} }};\n"
        if item.is_newtype:
            return out + f"        {_OK}(Self(v0))\n    }}"
        init = ", ".join([f"{f.name}: v{i}" for i, f in enumerate(fields)])
        return out + f"        {_OK}(Self {{ {init} }})\n    }}"
    out += _step("d.seq_begin()")
    out += f"        let tag = match d.int() {{ {_ERR}(e) => return {_ERR}(e), {_OK}(v) => v }};\n        let value: Self = match tag {{\n"
    for i, v in enumerate(item.decl.variants):
        out += f"        {i} => {{\n"
        for k, te in enumerate(v.payload):
            out += f"            let a{k} = {_read(te)};\n"
        out += f"            {_pattern(v, 'a')} }}\n"
    out += f'        _ => return {_ERR}(core::serde::SerdeError::UnknownEnumTag("{item.name}", tag)),\n        }};\n'
    out += (
        f"        match d.seq_has_next() {{ {_ERR}(e) => return {_ERR}(e), {_OK}(true) => return "
        f'{_ERR}(core::serde::SerdeError::Message("serde: trailing enum payload")), {_OK}(false) => () }};\n'
    )
    return out + _step("d.seq_end()") + f"        {_OK}(value)\n    }}"


def _pairwise(item: Any, one: str, empty: str, join: str, other: str) -> str:
    """A comparison part by part; ``one`` with {a} and {b}; ``other``: value for different variants."""
    if isinstance(item, StructItem):
        parts = [one.format(a=f"self.{a}", b=f"other.{a}") for a, _ in _fields(item)]
        return join.join(parts) or empty
    arms = ""
    for v in item.decl.variants:
        parts = [one.format(a=f"a{i}", b=f"b{i}") for i in range(len(v.payload))]
        arms += f"        ({_pattern(v, 'a')}, {_pattern(v, 'b')}) => {join.join(parts) or empty},\n"
    if len(item.decl.variants) != 1:
        arms += f"        _ => {other},\n"
    return f"match (self, other) {{\n{arms}        }}"


def _eq(item: Any, iface: str) -> str:
    body = _pairwise(item, "core::ops::Eq::eq({a}, {b})", "true", " && ", "false")
    return f"    readonly fn eq(other: Self) -> bool {{ {body} }}"


def _ne(item: Any, iface: str) -> str:
    body = _pairwise(item, "core::ops::Ne::ne({a}, {b})", "false", " || ", "true")
    return f"    readonly fn ne(other: Self) -> bool {{ {body} }}"


def _hash(item: Any, iface: str) -> str:
    if isinstance(item, StructItem):
        out = "17"
        for access, _ in _fields(item):
            out = f"core::hash::combine({out}, core::hash::Hash::hash(self.{access}))"
        return f"    readonly fn hash() -> int {{ {out} }}"
    arms = ""
    for i, v in enumerate(item.decl.variants):
        out = str(i)
        for k in range(len(v.payload)):
            out = f"core::hash::combine({out}, core::hash::Hash::hash(a{k}))"
        arms += f"        {_pattern(v, 'a')} => {out},\n"
    return f"    readonly fn hash() -> int {{ match self {{\n{arms or '        _ => 0,'}        }} }}"


def _to_string(item: Any, iface: str) -> str:
    if isinstance(item, StructItem):
        if item.is_newtype:
            text = f'f"{item.name}({{self.0}})"'
        else:
            inner = ", ".join([f"{n}: {{self.{a}}}" for a, n in _fields(item)])
            text = f'f"{item.name} {{{{ {inner} }}}}"' if inner else f'"{item.name} {{}}"'
        return f"    readonly fn to_string() -> string {{ {text} }}"
    arms = ""
    for v in item.decl.variants:
        inner = ", ".join([f"{{a{k}}}" for k in range(len(v.payload))])
        text = f'f"{v.name}({inner})"' if inner else f'"{v.name}"'
        arms += f"        {_pattern(v, 'a')} => {text},\n"
    arms = arms or '        _ => "",\n'
    return f"    readonly fn to_string() -> string {{ match self {{\n{arms}        }} }}"


def _ord(item: Any, iface: str) -> str:
    def chain(pairs: list[tuple[str, str]]) -> str:
        if not pairs:
            return "0"
        out = ""
        for a, b in pairs[:-1]:
            out += f"let c = core::ops::Ord::cmp({a}, {b}); if c != 0 {{ c }} else {{ "
        a, b = pairs[-1]
        return "{ " + out + f"core::ops::Ord::cmp({a}, {b})" + " }" * len(pairs)

    if isinstance(item, StructItem):
        body = chain([(f"self.{a}", f"other.{a}") for a, _ in _fields(item)])
        return f"    readonly fn cmp(other: Self) -> int {{ {body} }}"
    if not item.decl.variants:
        return "    readonly fn cmp(other: Self) -> int { 0 }"
    ranks = "".join(
        [f"{'Self::' + v.name}{'(' + ', '.join('_' * len(v.payload)) + ')' if v.payload else ''} => {i}, "
         for i, v in enumerate(item.decl.variants)]
    )  # fmt: skip
    arms = ""
    for v in item.decl.variants:
        if v.payload:
            arms += f"        ({_pattern(v, 'a')}, {_pattern(v, 'b')}) => {chain([(f'a{k}', f'b{k}') for k in range(len(v.payload))])}\n"
    body = f"(match self {{ {ranks} }}) - (match other {{ {ranks} }})"
    if len(item.decl.variants) != 1 or not arms:
        arms += f"        _ => {body},\n"
    return f"    readonly fn cmp(other: Self) -> int {{ match (self, other) {{\n{arms}        }} }}"


_BODIES: Final = {
    "Serialize": _serialize,
    "Deserialize": _deserialize,
    "Eq": _eq,
    "Ne": _ne,
    "Hash": _hash,
    "ToString": _to_string,
    "Ord": _ord,
}
