"""The Rusk side of a host: signatures made from the annotations of Python functions (08 §6, §8)."""

from __future__ import annotations

import types
import typing
from inspect import Parameter, signature

from rusk.embed.errors import HostTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rusk.embed.host import Host

_PLAIN: dict[object, str] = {
    int: "int", float: "float", bool: "bool", str: "string", bytes: "bytes", None: "unit", type(None): "unit",
}  # fmt: skip


class _Module:
    """A module with its functions and its modules."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.modules: dict[str, _Module] = {}

    def text(self, indent: str = "") -> str:
        out = [indent + line for line in self.lines]
        for name, module in self.modules.items():
            out += [f"{indent}pub mod {name} {{", module.text(indent + "    ") + f"{indent}}}"]
        return "\n".join(out) + "\n" if out else ""


def declarations(host: Host) -> dict[str, str]:
    """See `Host.declarations`."""
    found: dict[str, _Module] = {name: _Module() for name in host.texts}
    for name, function in host.functions.items():
        *path, last = name.split("::")
        if not path or path[0] == "std":
            continue
        module = found.setdefault(path[0], _Module())
        for part in path[1:]:
            module = module.modules.setdefault(part, _Module())
        shape = host.signatures.get(name) or signature_of(f"host function `{name}`", function)
        module.lines.append(f"pub extern fn {last}{shape};")
    out = {}
    for name, module in found.items():
        text = host.texts.get(name, "")
        out[name] = (text + "\n" if text and not text.endswith("\n") else text) + module.text()
    return out


def signature_of(what: str, function: Callable[..., Any]) -> str:
    """The Rusk signature ``(n: int) -> Option<float>`` that the annotations of ``function`` say; ``what`` it is, for messages.

    Errors: `HostTypeError` if they do not say it.
    """
    try:
        hints = typing.get_type_hints(function)
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError, NameError) as e:
        raise HostTypeError(f"{what}: {e}; give its signature as text") from None
    out = []
    for p in parameters:
        if p.kind not in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
            if p.kind is Parameter.KEYWORD_ONLY and p.default is not Parameter.empty:
                continue
            raise HostTypeError(f"{what}: parameter `{p.name}` has no Rusk form; give its signature as text")
        if p.name not in hints:
            raise HostTypeError(f"{what}: parameter `{p.name}` has no annotation; give its signature as text")
        out.append(f"{_name(p.name)}: {_type(what, hints[p.name])}")
    if "return" not in hints:
        raise HostTypeError(f"{what}: its result has no annotation; give its signature as text")
    return f"({', '.join(out)}) -> {_type(what, hints['return'])}"


def _name(name: str) -> str:
    """A name of Python as the name of a parameter in Rusk; ``_`` where it can be none."""
    from rusk.syntax.tokens import KEYWORDS

    return name if name.isascii() and name not in KEYWORDS else "_"


def _type(what: str, hint: Any) -> str:
    """The Rusk type of an annotation."""
    plain = _PLAIN.get(hint) if isinstance(hint, type) or hint is None else None
    if plain is not None:
        return plain
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list and len(args) == 1:
        return f"[{_type(what, args[0])}]"
    if origin is tuple and args and args[-1] is not Ellipsis:
        inner = [_type(what, a) for a in args]
        return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
    if origin is dict and len(args) == 2:
        return f"core::map::Map<{_type(what, args[0])}, {_type(what, args[1])}>"
    if origin in (typing.Union, types.UnionType) and len(args) == 2 and type(None) in args:
        some = args[0] if args[1] is type(None) else args[1]
        return f"Option<{_type(what, some)}>"
    raise HostTypeError(f"{what}: annotation {hint!r} says no Rusk type; give its signature as text")
