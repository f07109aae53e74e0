"""Whether a Python function can implement what a program declares (08 §5, §8)."""

from __future__ import annotations

from rusk.code.image import (
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CHAR,
    CONT,
    ENUM,
    FLOAT,
    INT,
    STRING,
    STRUCT,
    TUPLE,
    UNIT,
)
from rusk.embed.values import MAP, OPTION, strip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rusk.code.image import Image, Signature
    from rusk.syntax import ast


def signature_text(image: Image, params: Sequence[int], ret: int) -> str:
    """``(int, string) -> bool``"""
    return f"({', '.join([image.types[p].text for p in params])}) -> {image.types[ret].text}"


def contradiction(
    image: Image, function: Callable[..., Any], signature: Signature, stated: str | None
) -> str | None:
    """Why ``function`` cannot implement ``signature``, or None: number of parameters, annotations, the Rusk signature that the host states for it."""
    problem = fits(function, len(signature.params))
    if problem is not None:
        return problem
    if stated is not None:
        problem = misstated(image, signature, stated)
        if problem is not None:
            return problem
    names, annotations = annotations_of(function)
    for name, param in zip(names, signature.params, strict=False):
        if name in annotations and contradicts(image, param, annotations[name]):
            return f"parameter `{name}` is annotated otherwise"
    if "return" in annotations and contradicts(image, signature.ret, annotations["return"]):
        return "its result is annotated otherwise"
    return None


def misstated(image: Image, signature: Signature, text: str) -> str | None:
    """How the signature ``text`` that the host states, ``(n: int) -> Option<Article>``, differs from ``signature``, or None.

    Types are written as in the module that declares it, so the front of a path may be missing. A name that no type of the program has is not judged: it
    may come from a ``use .. as``.
    """
    from rusk.syntax.fragments import parse_signature

    written = parse_signature(text)
    if isinstance(written, str):
        return f"cannot read the signature `{text}` that the host states: {written}"
    known = {t.name.rpartition("::")[2] for t in image.types}
    pairs = [*zip(written.params, signature.params, strict=False)]
    if written.ret is not None:
        pairs.append((written.ret, signature.ret))
    if (
        len(written.params) != len(signature.params)
        or (written.ret is None and signature.ret != UNIT)
        or not all([_is_type(image, known, te, t) for te, t in pairs])
    ):
        return f"the host states `{text}`"
    return None


def _is_type(image: Image, known: set[str], written: ast.TypeExpr, index: int) -> bool:
    from rusk.syntax import ast

    t = image.types[index]
    parts: Sequence[ast.TypeExpr] = ()
    args: Sequence[int] = t.args
    if isinstance(written, ast.TyReadonly):
        if t.kind in (ARRAY, STRUCT):
            return False
        return _is_type(
            image, known, written.inner, strip(image, index)
        )  # a view of what cannot change is no view
    if isinstance(written, ast.TyPrim):
        return t.kind <= BYTES and t.text == written.name
    if isinstance(written, ast.TyPath):
        path = [s.name for s in written.segments]
        if path[-1] not in known:
            return True
        parts = [a for s in written.segments for a in s.args or ()]
        args = t.targs
        if t.kind not in (STRUCT, ENUM) or t.name.split("::")[-len(path) :] != path:
            return False
    elif isinstance(written, ast.TyArray):
        parts = [written.elem]
    elif isinstance(written, ast.TyTuple):
        parts = written.elems
    elif isinstance(written, ast.TyCont):
        parts = [written.param, written.ret]
    kinds = {ast.TyArray: ARRAY, ast.TyTuple: TUPLE, ast.TyCont: CONT, ast.TyPath: t.kind}
    return (
        t.kind == kinds.get(type(written), -1)
        and len(parts) == len(args)
        and all([_is_type(image, known, te, a) for te, a in zip(parts, args, strict=True)])
    )


def fits(function: Callable[..., Any], count: int) -> str | None:
    """What is wrong with calling ``function`` with ``count`` arguments, or None."""
    code = getattr(function, "__code__", None)
    if (
        code is not None
        and not code.co_flags & 0x0C
        and not code.co_kwonlyargcount
        and not hasattr(function, "__self__")
    ):
        most = code.co_argcount  # the common case, without importing inspect
        least = most - len(getattr(function, "__defaults__", None) or ())
        s = "" if most == 1 else "s"
        return None if least <= count <= most else f"it takes {most} parameter{s}, not {count}"
    import inspect

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None  # a built-in that does not tell
    try:
        signature.bind(*[None] * count)
    except TypeError as e:
        return f"it cannot be called with {count} arguments: {e}"
    return None


def annotations_of(function: Callable[..., Any]) -> tuple[list[object], dict[str, object]]:
    """Names of the positional parameters, and the annotations; empty when there are none."""
    found = getattr(function, "__annotations__", None)
    code = getattr(function, "__code__", None)
    if not isinstance(found, dict) or not found or code is None:
        return [], {}
    names: list[object] = list(code.co_varnames[: code.co_argcount])
    if hasattr(function, "__self__"):
        del names[0]
    return names, found


#: for annotations: kind -> Python types that do not contradict it
_ANNOTATIONS: dict[int, tuple[object, ...]] = {
    UNIT: (None, type(None)),
    BOOL: (bool,),
    INT: (int,),
    FLOAT: (float, int),
    BYTE: (int,),
    CHAR: (str,),
    STRING: (str,),
    BYTES: (bytes, bytearray, memoryview),
    ARRAY: (list, tuple, bytes, bytearray, memoryview),
    TUPLE: (tuple,),
    CONT: (),
}
_KNOWN = {
    t.__name__: t
    for t in (bool, int, float, str, bytes, bytearray, memoryview, list, tuple, dict, type(None))
}
_KNOWN["None"] = type(None)


def contradicts(image: Image, index: int, annotation: object) -> bool:
    """Whether a Python annotation cannot be right for a Rusk type. Only plain built-in types are judged."""
    t = image.types[strip(image, index)]
    if isinstance(annotation, str) and "|" not in annotation:
        annotation = _KNOWN.get(annotation.partition("[")[0].strip(), annotation)
    annotation = getattr(annotation, "__origin__", annotation)
    if annotation is None:
        annotation = type(None)
    if annotation not in _KNOWN.values():
        return False
    if t.kind in _ANNOTATIONS:
        return annotation not in _ANNOTATIONS[t.kind]
    if t.kind == ENUM and t.name == OPTION:
        some = [v for v in t.variants if v.args]
        return annotation is not type(None) and contradicts(image, some[0].args[0], annotation)
    if t.kind == STRUCT:
        return annotation is not dict and not (t.name == MAP and annotation is list)
    return t.kind == ENUM
