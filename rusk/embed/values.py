"""Rusk values in Python: `Some`, `Ok`, `Err`, and the classes of a program's structs and enums (08 §4)."""

from __future__ import annotations

from rusk.code.errors import ReadonlyError
from rusk.code.image import (
    BOOL,
    BYTE,
    BYTES,
    CELL,
    CHAR,
    ENUM,
    FLOAT,
    FN,
    IFACE,
    INT,
    NEVER,
    READONLY,
    STRING,
    STRUCT,
    UNIT,
    Image,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

OPTION = "core::option::Option"
RESULT = "core::result::Result"
MAP = "core::map::Map"

LEAVES = frozenset((UNIT, BOOL, INT, FLOAT, BYTE, CHAR, STRING, BYTES))


class _Wrapper:
    """One value in a named box."""

    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


class Some(_Wrapper):
    """``Option::Some(value)``; ``Option::None`` is Python's ``None``."""

    __slots__ = ()


class Ok(_Wrapper):
    """``Result::Ok(value)``."""

    __slots__ = ()


class Err(_Wrapper):
    """``Result::Err(value)``."""

    __slots__ = ()


class Opaque:
    """A result of a type that may not cross the boundary: it can be printed and nothing else."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Record:
    """Base of the classes made for structs and enum variants. ``__rusk_fields__``: the names of the fields in declared order."""

    __slots__ = ()
    __rusk_fields__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()

    def __init__(self, *args: object, **named: object) -> None:
        fields = self.__rusk_fields__
        if len(args) > len(fields):
            raise TypeError(f"{type(self).__qualname__} takes {len(fields)} fields, got {len(args)}")
        for name, value in zip(fields, args, strict=False):
            if name in named:
                raise TypeError(f"{type(self).__qualname__}: field `{name}` given twice")
            object.__setattr__(self, name, value)
        for name in fields[len(args) :]:
            if name not in named:
                raise TypeError(f"{type(self).__qualname__}: missing field `{name}`")
            object.__setattr__(self, name, named.pop(name))
        if named:
            raise TypeError(f"{type(self).__qualname__} has no field `{next(iter(named))}`")

    def __rusk_values__(self) -> list[object]:
        return [getattr(self, name) for name in self.__rusk_fields__]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__rusk_values__() == other.__rusk_values__()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        parts = [f"{n}={v!r}" for n, v in zip(self.__rusk_fields__, self.__rusk_values__(), strict=True)]
        return f"{type(self).__qualname__}({', '.join(parts)})"


class Choice(Record):
    """Base of the classes made for enums; those of the variants derive from them."""

    __slots__ = ()
    __rusk_variant__ = ""

    def __init__(self, *args: object, **named: object) -> None:
        if not self.__rusk_variant__:
            raise TypeError(f"{type(self).__qualname__} is an enum; construct one of its variants")
        super().__init__(*args, **named)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash((type(self), tuple(self.__rusk_values__())))

    __eq__ = Record.__eq__

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join([repr(v) for v in self.__rusk_values__()])})"


class Namespace:
    """A module of ``program.types``: its types and its modules are attributes."""

    def __init__(self, path: str) -> None:
        self.__rusk_path__ = path

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no type or module `{name}` in {self.__rusk_path__ or 'the program'}")

    def __repr__(self) -> str:
        return f"<types of {self.__rusk_path__ or 'the program'}>"


def attribute(name: str) -> str:
    """The attribute for a Rusk name: names that Python keeps for itself (``__class__``) get an underscore."""
    return name + "_" if name.startswith("__") and name.endswith("__") else name


def new_class(name: str, qualname: str, base: type, fields: tuple[str, ...], module: str) -> type:
    """A class with these fields."""
    fields = tuple([attribute(f) for f in fields])
    body: dict[str, object] = {
        "__qualname__": qualname,
        "__module__": module,
        "__rusk_fields__": fields,
        "__match_args__": fields,
    }
    if all([f.isidentifier() and not f.startswith("__") for f in fields]):
        body["__slots__"] = fields  # names with two underscores would be mangled
    return type(name.replace("\0", "?"), (base,), body)


def view_class(cls: type, assignable: bool) -> type:
    """The class of views of objects that look like those of ``cls``. ``assignable``: whether fields may be assigned to (structs)."""
    fields: tuple[str, ...] = cls.__rusk_fields__  # type: ignore[attr-defined]
    body: dict[str, object] = {
        "__slots__": ("__rusk_view__",),
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__init__": _no_init,
        "__eq__": _same_view,
        "__hash__": _hash_view,
    }
    for index, name in enumerate(fields):
        body[name] = property(_reader(index), _writer(index, name) if assignable else None)
    return type(cls.__name__, (cls,), body)


def _no_init(self: Any, *args: object) -> None:
    raise TypeError("views are made by the session")


def _same_view(self: Any, other: Any) -> bool:
    return type(other) is type(self) and bool(self.__rusk_view__.same(other.__rusk_view__))


def _hash_view(self: Any) -> int:
    return hash(self.__rusk_view__)


def _reader(index: int) -> Callable[[Any], object]:
    return lambda self: self.__rusk_view__.part(index)


def _writer(index: int, name: str) -> Callable[[Any, object], None]:
    def write(self: Any, value: object) -> None:
        if self.__rusk_view__.is_readonly:
            raise ReadonlyError(f"`{name}` cannot be assigned to: the view is readonly")
        self.__rusk_view__.assign(index, value, name)

    return write


def viewer(cls: type) -> Callable[[object], object]:
    """Makes instances of a view class from a reference of the engine."""
    new: Callable[[type], object] = object.__new__
    attach = cls.__rusk_view__.__set__  # type: ignore[attr-defined]

    def make(reference: object) -> object:
        out = new(cls)
        attach(out, reference)
        return out

    return make


def strip(image: Image, index: int) -> int:
    """The type ``index`` without views."""
    while image.types[index].kind == READONLY:
        index = image.types[index].args[0]
    return index


def eligible(image: Image) -> list[bool]:
    """For each type whether its values may cross the boundary (08 §3)."""
    types = image.types
    ok = [t.kind not in (FN, IFACE, CELL, NEVER) for t in types]
    users: dict[int, list[int]] = {}
    for i, t in enumerate(types):
        for part in [*t.args, *[a for v in t.variants for a in v.args]]:
            users.setdefault(part, []).append(i)
    work = [i for i, fine in enumerate(ok) if not fine]
    while work:
        for user in users.get(work.pop(), ()):
            if ok[user]:
                ok[user] = False
                work.append(user)
    return ok


class Classes:
    """How the nominal types of one program look in Python.

    ``makers``: by type, a function from the list of converted fields to the Python value (enums: a tuple of them by variant). ``splitters``: by
    type, a function from a Python value to (variant, fields), or None when it does not fit. ``viewers``: by type, a function from a
    reference to a view (enums: a tuple by variant). ``types``: the classes by their Rusk path. ``forms``: the classes by path and form, where a
    program that grows finds those it had.
    """

    __slots__ = ("image", "makers", "splitters", "viewers", "types", "forms", "_views")

    def __init__(self, image: Image, forms: dict[tuple[object, ...], type] | None = None) -> None:
        self.image = image
        self.types = Namespace("")
        self.makers: list[object] = [None] * len(image.types)
        self.splitters: list[object] = [None] * len(image.types)
        self.viewers: list[object] = [None] * len(image.types)
        self.forms = {} if forms is None else forms
        self._views: dict[type, type] = {}
        for index, fine in enumerate(eligible(image)):
            kind = image.types[index].kind
            if fine and kind == STRUCT:
                self._struct(index)
            elif fine and kind == ENUM:
                self._enum(index)

    def _place(self, path: str, cls: type) -> None:
        *modules, name = path.split("::")
        where: object = self.types
        for i, module in enumerate(modules):
            module = attribute(module)
            inner = vars(where).get(module)
            if inner is None:
                inner = Namespace("::".join(modules[: i + 1]))
                setattr(where, module, inner)
            where = inner
        setattr(where, attribute(name), cls)

    def _view(self, cls: type, assignable: bool) -> Callable[[object], object]:
        view = self._views.get(cls)
        if view is None:
            view = self._views[cls] = view_class(cls, assignable)
        return viewer(view)

    def _struct(self, index: int) -> None:
        t = self.image.types[index]
        if t.name == MAP and "names" in t.fields:
            key = strip(self.image, self.image.types[t.args[t.fields.index("names")]].args[0])
            leaf = self.image.types[key].kind in LEAVES
            self.makers[index] = map_maker(t.fields, leaf)
            self.splitters[index] = map_splitter if leaf else pairs_splitter
            return
        fields = ("_0",) if t.newtype else t.fields
        form = (t.name, fields)
        cls = self.forms.get(form)
        if cls is None:
            path, _, name = t.name.rpartition("::")
            cls = self.forms[form] = new_class(
                name, name, Record, fields, path.replace("::", ".") or "rusk.program"
            )
        self._place(t.name, cls)
        self.makers[index] = maker(cls)
        self.splitters[index] = struct_splitter(cls, fields)
        self.viewers[index] = self._view(cls, True)

    def _enum(self, index: int) -> None:
        t = self.image.types[index]
        names = [v.name for v in t.variants]
        if t.name == OPTION and sorted(names) == ["None", "Some"]:
            some = names.index("Some")
            self.makers[index] = tuple(
                [(lambda v: Some(v[0])) if n == "Some" else (lambda v: None) for n in names]
            )
            self.viewers[index] = tuple(
                [(lambda ref: Some(ref.part(0))) if n == "Some" else (lambda ref: None) for n in names]
            )
            inner = strip(self.image, t.variants[some].args[0])
            desc = self.image.types[inner]
            bare = desc.kind != UNIT and desc.name != OPTION
            self.splitters[index] = option_splitter(some, names.index("None"), bare)
            return
        if t.name == RESULT and sorted(names) == ["Err", "Ok"]:
            self.makers[index] = tuple(
                [(lambda v: Ok(v[0])) if n == "Ok" else (lambda v: Err(v[0])) for n in names]
            )
            self.viewers[index] = tuple(
                [
                    (lambda ref: Ok(ref.part(0))) if n == "Ok" else (lambda ref: Err(ref.part(0)))
                    for n in names
                ]
            )
            self.splitters[index] = result_splitter(names.index("Ok"), names.index("Err"))
            return
        form = (t.name, *[(v.name, len(v.args)) for v in t.variants])
        cls = self.forms.get(form)
        if cls is None:
            path, _, name = t.name.rpartition("::")
            module = path.replace("::", ".") or "rusk.program"
            cls = self.forms[form] = new_class(name, name, Choice, (), module)
            for v in t.variants:
                fields = tuple([f"_{i}" for i in range(len(v.args))])
                variant = new_class(v.name, f"{name}.{v.name}", cls, fields, module)
                variant.__rusk_variant__ = v.name  # type: ignore[attr-defined]
                setattr(cls, attribute(v.name), variant)
        self._place(t.name, cls)
        variants: list[type] = [vars(cls)[attribute(n)] for n in names]
        self.makers[index] = tuple([maker(v) for v in variants])
        self.viewers[index] = tuple([self._view(v, False) for v in variants])
        self.splitters[index] = enum_splitter(variants)


def maker(cls: type) -> Callable[[Sequence[object]], object]:
    """Makes instances of ``cls`` from field values."""
    new: Callable[[type], object] = object.__new__
    fields: tuple[str, ...] = cls.__rusk_fields__  # type: ignore[attr-defined]

    def make(values: Sequence[object]) -> object:
        out = new(cls)
        for name, value in zip(fields, values, strict=True):
            object.__setattr__(out, name, value)
        return out

    return make


def map_maker(fields: tuple[str, ...], leaf: bool) -> Callable[[Sequence[Any]], object]:
    """Makes a dict, or a list of pairs when the keys are no leaves, from the fields of a ``core::map::Map``."""
    names, contents, live = [fields.index(n) for n in ("names", "contents", "live")]

    def make(values: Sequence[Any]) -> object:
        pairs = [
            (k, v) for k, v, there in zip(values[names], values[contents], values[live], strict=True) if there
        ]
        return dict(pairs) if leaf else pairs

    return make


def map_splitter(value: object) -> object:
    """Takes a dict, or a list of pairs, apart. The engine makes the fields: they depend on the session."""
    if isinstance(value, dict):
        return -1, (list(dict.keys(value)), list(dict.values(value)))
    if isinstance(value, list):
        pairs = [tuple(p) if isinstance(p, tuple) else () for p in value]
        if all([len(p) == 2 for p in pairs]):
            return -1, ([p[0] for p in pairs], [p[1] for p in pairs])
    return None


def pairs_splitter(value: object) -> object:
    """The same for keys that only the program can hash; it looks for equal ones itself when the map is first searched. -2 if some are equal here."""
    split = map_splitter(value)
    if split is None:
        return None
    keys, values = split[1]  # type: ignore[index]
    try:
        distinct = len({_frozen(k) for k in keys}) == len(keys)
    except (
        TypeError,
        ValueError,
        RecursionError,
    ):  # nothing that fits, or cyclic: the conversion will say so
        distinct = True
    return -1 if distinct else -2, (keys, values)


def _frozen(value: object) -> object:
    """Something with a hash that is equal when the values are."""
    if isinstance(value, Record):
        return type(value), tuple([_frozen(v) for v in value.__rusk_values__()])
    if isinstance(value, tuple | list):
        return tuple([_frozen(v) for v in value])
    if isinstance(value, dict):
        return tuple([(k, _frozen(v)) for k, v in value.items()])
    return value


def struct_splitter(cls: type, fields: tuple[str, ...]) -> Callable[[object], object]:
    """Takes instances of ``cls``, and dicts with exactly its fields, apart."""

    attributes: tuple[str, ...] = cls.__rusk_fields__  # type: ignore[attr-defined]

    def split(value: object) -> object:
        if isinstance(value, cls):
            return 0, [getattr(value, f) for f in attributes]
        if isinstance(value, dict) and len(value) == len(fields) and all([f in value for f in fields]):
            return 0, [value[f] for f in fields]
        return None

    return split


def enum_splitter(variants: list[type]) -> Callable[[object], object]:
    """Takes instances of the variants' classes apart."""
    tags = {v: i for i, v in enumerate(variants)}

    def split(value: object) -> object:
        tag = tags.get(type(value))
        if tag is None:
            return None
        return tag, value.__rusk_values__()  # type: ignore[attr-defined]

    return split


def option_splitter(some: int, none: int, bare: bool) -> Callable[[object], object]:
    """Takes ``None``, `Some`, and where that is clear bare values."""

    def split(value: object) -> object:
        if value is None:
            return none, ()
        if type(value) is Some:
            return some, (value.value,)
        return (some, (value,)) if bare else None

    return split


def result_splitter(ok: int, err: int) -> Callable[[object], object]:
    """Takes `Ok` and `Err`."""

    def split(value: object) -> object:
        if type(value) is Ok:
            return ok, (value.value,)
        if type(value) is Err:
            return err, (value.value,)
        return None

    return split
