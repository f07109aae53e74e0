"""Templates: one body for many instances of a large generic function.

Instances whose type arguments differ in reference types only have the same code but for what it names: shapes, functions, dispatch slots. From
the `MANY`-th such instance on they are *members* of a template: the generic function made concrete at *placeholders*, opaque types that stand for the
reference types (strings and bytes apart, for which there are operations of the machine). The template is optimised and turned into code once;
each member gets a copy with other names in it (``rusk.code.link``).

What a template cannot decide it leaves open: a call of a bound's method on a placeholder is a *hole*, a direct call whose callee only the
member knows. A function whose body asks more than that about a type parameter (effects whose identity contains one, `is` on a value of such a
type) has no template. Nor is a type a member for which the call of a bound's method is an operation of the machine or a dynamic call, or that has no values.
All of that is an optimisation of compile time: members mean what instances made one by one mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rusk.mir.concrete import Concrete
from rusk.mir.ir import CELL, Function, Instance, Instr, MethodInst, OpInst, Slot, cell_type
from rusk.mir.mono import Mono
from rusk.types import terms
from rusk.types.items import FnItem
from rusk.types.terms import ERROR, IFACE, NOMINAL, PARAM, PRIM, PROJ, READONLY, Type

if TYPE_CHECKING:
    from rusk.types.items import InterfaceItem, Module

#: So many instances of a function are made one by one.
MANY: Final = 4
#: Functions below so many instructions are never templates: they are for the inliner.
LARGE: Final = 100
#: How far the callees of a template are made concrete at placeholders, to be inlined.
_DEPTH: Final = 3


class Placeholder:
    """The item of a type that stands for some reference type; what is read of it looks like a struct without fields."""

    __slots__ = ("name", "module", "generics", "fields", "is_newtype", "inherent", "impls")

    def __init__(self, name: str, module: Module) -> None:
        self.name = name
        self.module = module
        self.generics: list[Any] = []
        self.fields: list[Any] = []
        self.is_newtype = False
        self.inherent: dict[str, Any] = {}
        self.impls: dict[Any, Any] = {}


def is_placeholder(t: Type) -> bool:
    """Whether ``t`` is a placeholder itself."""
    return t.tag == NOMINAL and t.item.__class__ is Placeholder  # type: ignore[attr-defined]


class Unsuitable(Exception):
    """The function has no template."""


class Template:
    """A function over placeholders.

    ``instance``: its instance; never reached by the program itself. ``signature``: a function without blocks: parameters, environment, captures and
    result over placeholders. ``asks``: what members have to find out, as (kind, what, more). ``holes``: those of the function and of whatever may
    be inlined into it. ``code``: its code, once generated.
    """

    __slots__ = ("instance", "signature", "asks", "holes", "code")

    def __init__(self, instance: Instance, signature: Function) -> None:
        self.instance = instance
        self.signature = signature
        self.asks: dict[tuple[str, Any, Any], None] = {}
        self.holes: list[MethodInst] | None = None
        self.code: Any = None


class Member:
    """An instance whose code is that of a template with other names: says what the names of the template mean here."""

    __slots__ = ("template", "mono", "types")

    def __init__(self, template: Template, mono: Mono, types: dict[Type, Type]) -> None:
        self.template = template
        self.mono = mono
        self.types = types

    def type(self, t: Type) -> Type:
        """``t`` with the types of this member in place of placeholders."""
        out = self.types.get(t)
        if out is None:
            if t.tag == CELL:
                out = cell_type(self.type(t.inner))  # type: ignore[attr-defined]
            else:
                out = terms.rebuild(t, self.type)
            self.types[t] = out
        return out

    def instance(self, inst: Instance, loc: int = -1) -> Instance:
        """What stands here for an instance that the template names."""
        key: Any = inst.key
        if key.__class__ is Hole:
            found = self.callee(key.method)
            assert found is not None
            return self.mono.instance(*found, loc)
        if key.__class__ is tuple and key[0].__class__ is Open:
            return self.mono.instance(key[0].fn, tuple([self.type(t) for t in key[1]]), loc)
        return inst

    def callee(self, m: MethodInst) -> tuple[FnItem, tuple[Type, ...]] | None:
        """The function and its type arguments that fill a hole; None if it takes no call of a function."""
        self_ty = terms.strip_readonly(self.type(m.self_ty))
        if self_ty.tag == IFACE:
            return None
        item, before = self.mono.target(self_ty, m.method)
        if item.kind == "intrinsic":
            return None
        return item, (*before, *[self.type(t) for t in m.targs])

    def slot(self, slot: Slot) -> Slot:
        """What stands here for a dispatch slot that the template names."""
        call = slot.call
        if call is None:
            return slot
        method, value, iface_args, targs = call
        return self.mono.dispatch.slot(
            method,
            self.type(value),
            tuple([self.type(t) for t in iface_args]),
            tuple([self.type(t) for t in targs]),
        )


class Hole:
    """The key of an instance that members put another in place of: the method of a bound."""

    __slots__ = ("method",)

    def __init__(self, method: MethodInst) -> None:
        self.method = method


class Open:
    """Part of the key of an instance over placeholders."""

    __slots__ = ("fn",)

    def __init__(self, fn: Any) -> None:
        self.fn = fn


class Templates:
    """The templates of a program, made as its instances are."""

    def __init__(self, mono: Mono) -> None:
        self.mono = mono
        self.abstract = _Abstract(mono)
        self.concrete = Concrete(mono.world.normalize)
        #: (function, type arguments over placeholders) -> how often met
        self.met: dict[tuple[Any, tuple[Type, ...]], int] = {}
        self.large: dict[Any, bool] = {}

    def member(self, fn: Any, generic: Function, targs: tuple[Type, ...], source: Any) -> Function | None:
        """The function of an instance that is a member of a template; None if it is to be made by itself."""
        large = self.large.get(fn)
        if large is None:
            size = sum([len(b.instrs) + 1 for b in generic.blocks])
            large = self.large[fn] = size >= LARGE and not any([g.arity for g in generic.generics])
        if not large:
            return None
        types: dict[Type, Type] = {}
        key = (fn, tuple([self._abstract(t, types) for t in targs]))
        if not types:
            return None
        count = self.met[key] = self.met.get(key, 0) + 1
        if count < MANY:
            return None
        template = self.abstract.template(*key)
        if template is None:
            return None
        member = Member(template, self.mono, types)
        if not all([self.concrete.can_make(self.concrete.erase(t)) for t in targs]):
            return None
        for kind, what, _ in template.asks:
            if kind == "no view" and member.type(what).tag == READONLY:
                return None
        callees = [member.callee(hole) for hole in self.abstract.holes_of(template)]
        if None in callees:
            return None
        out = self._join(member, source)
        self.mono.program.named.update([self.mono.instance(*found) for found in callees if found is not None])
        return out

    def finish(self) -> None:
        """Tell the program what the code of members names."""
        opened = self.abstract.opened
        self.mono.program.named.update(
            [inst for key, inst in self.mono.instances.items() if key.__class__ is tuple and key[0] in opened]
        )

    def _abstract(self, t: Type, types: dict[Type, Type]) -> Type:
        """``t``, or the placeholder for it; equal types have the same. ``types``: placeholder -> type."""
        if t.tag == PRIM:
            return t
        for p, known in types.items():
            if known is t:
                return p
        p = self.abstract.placeholder(len(types))
        types[p] = t
        return p

    def _join(self, member: Member, source: Any) -> Function:
        """Reach what the member reaches, and give it a function."""
        mono = self.mono
        mono.source = source
        dispatch = mono.dispatch
        template = member.template
        for kind, what, more in template.asks:
            if kind == "call":
                member.instance(what, more)
            elif kind == "type":
                t = member.type(what)
                if t not in mono.nominals:
                    mono.follow_fields(t)
            elif kind == "slot":
                member.slot(what)
            elif kind == "cast":
                dispatch.cast(terms.strip_readonly(member.type(what)), more)
            elif kind == "test":
                dispatch.test(member.type(what))
        given = template.signature
        out = Function(given.name, given.kind, [], given.source, given.pos, member.type(given.ret))
        out.vregs = [member.type(t) for t in given.vregs]
        out.nparams = given.nparams
        out.env = given.env
        out.captures = [member.type(t) for t in given.captures]
        out.member = member
        return out


class _Abstract(Mono):
    """Makes functions concrete at placeholders; a monomorphisation of its own that shares the instances without them."""

    def __init__(self, mono: Mono) -> None:
        self.mono = mono
        self.world = mono.world
        self.program = mono.program
        self.extern_set = mono.extern_set
        self.templates = None
        self.instances = {}
        self.open_work: list[tuple[Instance, Any, tuple[Type, ...], int]] = []
        self.before = []
        self.source = None
        self.dispatch = _Record(self)  # type: ignore[assignment]
        self.placeholders: list[Type] = []
        self.openness: dict[Type, bool] = {}
        self.made: dict[Instance, Template | None] = {}
        self.holes: dict[object, Instance] = {}
        self.opened: dict[Any, Open] = {}
        self.asks: dict[tuple[str, Any, Any], None] = {}
        self.depth = 0

    def placeholder(self, n: int) -> Type:
        """Placeholder number ``n``."""
        while len(self.placeholders) <= n:
            item: Any = Placeholder(f"#{len(self.placeholders)}", self.world.root)
            self.placeholders.append(terms.nominal(item))
            self.openness[self.placeholders[-1]] = True
        return self.placeholders[n]

    def is_open(self, t: Type) -> bool:
        """Whether a placeholder occurs in ``t``. Errors: `Unsuitable` if something about it is not known."""
        known = self.openness.get(t)
        if known is None:
            if t.tag == ERROR or t.has_params:
                raise Unsuitable
            known = False
            if t.tag == CELL:
                known = self.is_open(t.inner)  # type: ignore[attr-defined]
            else:
                parts: list[Type] = []
                terms.rebuild(t, lambda p: parts.append(p) or p)  # type: ignore[func-returns-value]
                for p in parts:
                    known = self.is_open(p) or known
            self.openness[t] = known
        return known

    def any_open(self, types: Any) -> bool:
        """Whether a placeholder occurs in one of ``types``."""
        return any([self.is_open(t) for t in types])

    def ask(self, kind: str, what: Any, more: Any = None) -> None:
        """Note something that members have to find out."""
        self.asks[kind, what, more] = None

    def template(self, fn: Any, targs: tuple[Type, ...]) -> Template | None:
        """The template of ``fn`` at type arguments over placeholders."""
        self.asks = {}
        self.depth = 0
        try:
            inst = self.instance(fn, targs)
        except Unsuitable:
            return None
        while self.open_work:
            at, what, args, self.depth = self.open_work.pop()
            template = self.made[at]
            assert template is not None
            self.asks = template.asks
            try:
                made = self._make(what, args)
                for t in made.vregs:
                    if self.is_open(t):
                        self.ask("type", t)
                at.function = made
            except Unsuitable:
                self.made[at] = None
                self.before = []
        return self.made[inst]

    def holes_of(self, template: Template) -> list[MethodInst]:
        """The holes that the code of ``template`` may have."""
        if template.holes is None:
            template.holes = []
            seen = {template.instance}
            work = [template]
            while work:
                for kind, what, _ in work.pop().asks:
                    if kind != "call" or what in seen:
                        continue
                    seen.add(what)
                    if what.key.__class__ is Hole:
                        template.holes.append(what.key.method)
                    else:
                        callee = self.made[what]
                        if callee is not None:
                            work.append(callee)
        return template.holes

    # What a function over placeholders asks of monomorphisation.

    def instance(self, fn: Any, targs: tuple[Type, ...], loc: int = -1) -> Instance:
        if not self.any_open(targs):
            self.mono.source = self.source
            return self.mono.instance(fn, targs, loc)
        key = (fn, targs)
        inst = self.instances.get(key)
        if inst is None:
            signature = self._signature(fn, targs)
            opened = self.opened.setdefault(fn, Open(fn))
            inst = self._add(signature, (opened, targs))
            self.instances[key] = inst
            self.made[inst] = None
            if self.depth < _DEPTH:
                self.made[inst] = Template(inst, signature)
                self.open_work.append((inst, fn, targs, self.depth + 1))
        self.ask("call", inst, loc)
        return inst

    def _add(self, signature: Function, key: object) -> Instance:
        inst = Instance(len(self.program.instances), signature.name, key)
        inst.function = signature
        inst.abstract = True
        self.program.instances.append(inst)
        return inst

    def _signature(self, fn: Any, targs: tuple[Type, ...]) -> Function:
        if fn.__class__ is FnItem and fn.kind in ("intrinsic", "extern"):
            raise Unsuitable
        generic = self._generic(fn)
        subst: dict[Any, Type] = dict(zip(generic.generics, targs, strict=True))
        out = Function(
            generic.name, generic.kind, [], generic.source, generic.pos, self.concrete(generic.ret, subst)
        )
        n = generic.nparams + (generic.env >= 0)
        out.vregs = [self.concrete(t, subst) for t in generic.vregs[:n]]
        out.nparams = generic.nparams
        out.env = generic.env
        out.captures = [self.concrete(t, subst) for t in generic.captures]
        self.any_open((out.ret, *out.vregs, *out.captures))
        return out

    def _method(self, fn: Function, ins: Instr, m: MethodInst, subst: dict[Any, Type]) -> None:
        self_ty = terms.strip_readonly(self.concrete(m.self_ty, subst))
        if not is_placeholder(self_ty):
            super()._method(fn, ins, m, subst)
            return
        targs = tuple([self.concrete(t, subst) for t in m.targs])
        iface_args = tuple([self.concrete(t, subst) for t in m.iface_args])
        self.any_open((*targs, *iface_args))
        key = (m.method, self_ty, iface_args, targs)
        inst = self.holes.get(key)
        if inst is None:
            method = m.method
            params, ret = self.mono.dispatch.signature(method, self_ty, iface_args, targs)
            signature = Function(method.name, "fn", [], method.module.source, method.decl.name_pos, ret)
            signature.vregs = [*params] if method.receiver == "static" else [self_ty, *params]
            signature.nparams = len(signature.vregs)
            self.any_open((ret, *signature.vregs))
            inst = self.holes[key] = self._add(
                signature, Hole(MethodInst(method, self_ty, iface_args, targs))
            )
        ins.op = "call"
        ins.data = inst
        self.ask("call", inst, ins.loc)

    def _op(self, op: OpInst, subst: dict[Any, Type]) -> OpInst:
        out = super()._op(op, subst)
        if self.any_open((*out.args, *out.params, out.ret)):
            raise Unsuitable
        return out

    def _view_check(self, fn: Function, ins: Instr, declared: list[Type]) -> None:
        if declared[ins.args[0]].tag in (PARAM, PROJ):
            self.ask("no view", fn.vregs[ins.args[0]])


class _Record:
    """In place of `Dispatch`: notes what members do with interface values."""

    def __init__(self, abstract: _Abstract) -> None:
        self.abstract = abstract
        self.slots: dict[object, Slot] = {}

    def slot(
        self, method: FnItem, value: Type, iface_args: tuple[Type, ...], targs: tuple[Type, ...]
    ) -> Slot:
        """See `Dispatch.slot`."""
        a = self.abstract
        real = a.mono.dispatch
        if not a.any_open((value, *iface_args, *targs)):
            return real.slot(method, value, iface_args, targs)
        call = (method, value, iface_args, targs)
        slot = self.slots.get(call)
        if slot is None:
            params, ret = real.signature(*call)
            a.any_open((*params, ret))
            parent: Any = method.parent
            slot = self.slots[call] = Slot(-1, f"{parent.name}.{method.name}", params, ret)
            slot.call = call
        a.ask("slot", slot)
        return slot

    def cast(self, source: Type, item: InterfaceItem) -> None:
        """See `Dispatch.cast`."""
        if self.abstract.is_open(source):
            self.abstract.ask("cast", source, item)
        else:
            self.abstract.mono.dispatch.cast(source, item)

    def test(self, target: Type) -> None:
        """See `Dispatch.test`."""
        if self.abstract.is_open(target):
            self.abstract.ask("test", target)
        else:
            self.abstract.mono.dispatch.test(target)

    def passes(self, t: Type, target: Any) -> bool:
        """See `Dispatch.passes`."""
        if self.abstract.any_open((t, target)):
            raise Unsuitable
        return self.abstract.mono.dispatch.passes(t, target)
