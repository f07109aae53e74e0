"""Monomorphisation: from the entry points a worklist makes one concrete function for each item or closure and set of type arguments that is
reached (``docs/language/02-types.md`` §8). After it no type parameter, projection or interface method on a known type is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rusk.mir import lower
from rusk.mir.dispatch import Dispatch
from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import (
    CELL,
    Block,
    Clause,
    FnInst,
    Function,
    HandleInfo,
    Instance,
    Instr,
    MethodInst,
    OpInst,
    Program,
    cell_type,
)  # fmt: skip
from rusk.mir.passes import flow
from rusk.types import check, terms
from rusk.types.items import FnItem
from rusk.types.terms import IFACE, PARAM, PROJ, READONLY, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rusk.mir.templates import Templates
    from rusk.types.items import InterfaceItem
    from rusk.types.world import World

#: One item more often than this in a chain of instances is endless (02 §8).
CHAIN_LIMIT: Final = 128

#: Intrinsics that are others at run time, where views are plain.
_SAME: Final = {
    "__array_extend_ro": "array_extend",
    "__array_concat_ro": "array_concat",
}


class Stop(Exception):
    """Monomorphisation cannot go on; the reason has been reported."""


class _Link:
    """How an instance was reached: for chains in messages and their limit."""

    __slots__ = ("inst", "parent", "depth", "fn", "loc")

    def __init__(
        self, inst: Instance, parent: _Link | None, depth: int, fn: object, loc: tuple[Any, int] | None
    ) -> None:
        self.inst = inst
        self.parent = parent
        self.depth = depth
        self.fn = fn
        self.loc = loc


class Mono:
    """One run of monomorphisation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.program = Program()
        self.instances: dict[object, Instance] = {}
        self.work: list[tuple[Instance, Any, tuple[Type, ...], _Link]] = []
        self.dispatch = Dispatch(self)
        self.sizes: dict[Type, int] = {}
        self.extern_set: set[FnItem] = set()
        #: nominal types met so far -> the type whose field led there (None: a function)
        self.nominals: dict[Type, Type | None] = {}
        #: instructions to be put before the one being made concrete
        self.before: list[Instr] = []
        #: while a function is being made concrete: where it was reached from, and its own link
        self.link: _Link | None = None
        self.source: Any = None
        self.templates: Templates | None = None

    # ------------------------------------------------------------ instances

    def instance(self, fn: Any, targs: tuple[Type, ...], loc: int = -1) -> Instance:
        """The instance of an item or closure at concrete type arguments."""
        key = (fn, targs) if targs else fn
        inst = self.instances.get(key)
        if inst is not None:
            return inst
        program = self.program
        name = fn.name if fn.__class__ is Function else lower.function.shown_name(fn)
        inst = Instance(len(program.instances), name, key)
        program.instances.append(inst)
        self.instances[key] = inst
        link = self.link
        depth = 1 if link is None or not targs else link.depth + 1
        place = None if link is None else (self.source, max(loc, 0))
        new = _Link(inst, link if targs else None, depth, fn, place)
        if depth > CHAIN_LIMIT:
            self._check_chain(new)
        if len(program.instances) > self.world.limits.instances:
            self._too_many(new)
        for t in targs:
            self._check_size(t, new)
        self.work.append((inst, fn, targs, new))
        return inst

    def _check_chain(self, link: _Link) -> None:
        count = 0
        at: _Link | None = link
        chain: list[_Link] = []
        while at is not None:
            chain.append(at)
            if at.fn is link.fn:
                count += 1
            at = at.parent
        if count <= CHAIN_LIMIT:
            return
        names = [self._shown(x) for x in reversed(chain)]
        shown = " -> ".join([*names[:3], "…", names[-1]])
        self.world.diags.error(
            "endless-instantiation", f"endless instantiation of `{self._name(link.fn)}`", *self._user_place(link),
            notes=[f"the chain: {shown}"],
        )  # fmt: skip
        raise Stop

    def _too_many(self, link: _Link) -> None:
        counts: dict[str, int] = {}
        for key in self.instances:
            if key.__class__ is tuple and key[0] != "thunk":
                name = lower.function.shown_name(key[0]) if key[0].__class__ is FnItem else key[0].name
                counts[name] = counts.get(name, 0) + 1
        most = sorted(counts.items(), key=lambda c: -c[1])[:3]
        self.world.diags.error(
            "instance-limit", f"too many instances: more than {self.world.limits.instances}", *self._user_place(link),
            notes=["most instances have " + ", ".join([f"`{name}` ({n})" for name, n in most])],
        )  # fmt: skip
        raise Stop

    def _check_size(self, t: Type, link: _Link) -> None:
        n = self._size(t)
        if n > self.world.limits.type_size:
            self.world.diags.error("type-size-limit", f"type too large: `{t}`", *self._user_place(link))
            raise Stop

    def _size(self, t: Type) -> int:
        n = self.sizes.get(t)
        if n is None:
            parts: list[Type] = []
            terms.rebuild(t, lambda p: parts.append(p) or p)  # type: ignore[func-returns-value]
            n = self.sizes[t] = 1 + sum([self._size(p) for p in parts])
        return n

    def follow_fields(self, t: Type) -> None:
        """Follow the fields of a type: instances of a nominal type that lead to ever new ones are endless (02 §8)."""
        work: list[tuple[Type, Type | None]] = [(t, None)]
        while work:
            at, parent = work.pop()
            if at in self.nominals:
                continue
            self.nominals[at] = parent
            if at.tag == CELL:
                work.append((at.inner, parent))  # type: ignore[attr-defined]
                continue
            if at.tag != terms.NOMINAL:
                terms.rebuild(at, lambda p, up=parent: work.append((p, up)) or p)  # type: ignore[misc, func-returns-value]
                continue
            item: Any = at.item  # type: ignore[attr-defined]
            if item.generics:
                self._check_type_chain(at)
                subst = dict(zip(item.generics, at.args, strict=True))  # type: ignore[attr-defined]
                fields = (
                    [f for _, ts in item.variants for f in ts]
                    if hasattr(item, "variants")
                    else [f for _, f in item.fields]
                )
                work.extend([(self.concrete(f, subst), at) for f in fields if f.has_params])

    def _check_type_chain(self, t: Type) -> None:
        chain: list[Type] = []
        at: Type | None = t
        while at is not None and len(chain) <= 2 * CHAIN_LIMIT:
            chain.append(at)
            at = self.nominals[at]
        item: Any = t.item  # type: ignore[attr-defined]
        if sum([x.item is item for x in chain]) > CHAIN_LIMIT:  # type: ignore[attr-defined]
            shown = " -> ".join([f"`{x}`" for x in [*chain[:-4:-1], chain[0]]])
            pos = item.decl.name_pos
            self.world.diags.error(
                "endless-instantiation", f"endless instantiation of `{item.name}`", item.module.source, pos, pos + len(item.name),
                notes=[f"the chain: {shown}"],
            )  # fmt: skip
            raise Stop

    def _name(self, fn: Any) -> str:
        return str(fn.name)

    def _shown(self, link: _Link) -> str:
        key = link.inst.key
        targs = key[1] if isinstance(key, tuple) else ()
        text = self._name(link.fn)
        return f"`{text}<{', '.join([str(t) for t in targs])}>`" if targs else f"`{text}`"

    def _user_place(self, link: _Link) -> tuple[Any, int, int]:
        """Where the program itself leads to an instance: the innermost place of the chain that is not in the library, with its end."""
        own = {m.source for m in self.world.loader.modules}
        at: _Link | None = link
        while at is not None:
            if at.loc is not None and at.loc[0] in own:
                source, pos = at.loc
                text = source.text
                end = pos
                while end < len(text) and (text[end].isalnum() or text[end] == "_"):
                    end += 1
                return source, pos, max(end, pos + 1)
            at = at.parent
        return self.world.root.source, 0, 0

    def run(self, entries: list[tuple[str, FnItem]]) -> Program:
        """Make everything that ``entries`` reach concrete."""
        for _ in self.steps(entries):
            pass
        return self.program

    def steps(self, entries: list[tuple[str, FnItem]]) -> Iterator[None]:
        """The same, one instance at a time."""
        for name, item in entries:
            self.program.entries[name] = self.instance(item, ())
        while self.work:
            inst, fn, targs, link = self.work.pop()
            self.link = link
            inst.function = self._function(fn, targs)
            for t in inst.function.vregs:
                if t not in self.nominals:
                    self.follow_fields(t)
            if not self.work:
                self.dispatch.settle()
            yield
        self.dispatch.finish()
        if self.templates is not None:
            self.templates.finish()

    # ------------------------------------------------------------ functions

    def _generic(self, fn: Any) -> Function:
        if fn.__class__ is Function:
            return fn
        if not fn.checked:
            before = len(self.world.diags.items)
            check.check_fn(self.world, fn)
            if self.world.diags.has_errors and len(self.world.diags.items) > before:
                raise Stop
        return lower.lower_fn(self.world, fn)

    def _function(self, fn: Any, targs: tuple[Type, ...]) -> Function:
        """The function of an instance: a member of a template, or made by itself."""
        if self.templates is not None and targs and not (fn.__class__ is FnItem and fn.kind == "intrinsic"):
            generic = self._generic(fn)
            member = self.templates.member(fn, generic, targs, generic.source)
            if member is not None:
                return member
        return self._make(fn, targs)

    def _make(self, fn: Any, targs: tuple[Type, ...]) -> Function:
        if fn.__class__ is FnItem and fn.kind == "intrinsic":
            return self._intrinsic_value(fn, targs)
        generic = self._generic(fn)
        self.source = generic.source
        if not generic.generics:
            out = generic
            if any([t.has_params for t in out.vregs]):
                out.vregs = [self.concrete(t, {}) for t in out.vregs]
                out.ret = self.concrete(out.ret, {})
                out.captures = [self.concrete(t, {}) for t in out.captures]
            for block in out.blocks:
                self._block(out, block, {}, out.vregs)
            return out
        subst: dict[Any, Type] = dict(zip(generic.generics, targs, strict=True))
        out = Function(
            generic.name, generic.kind, [], generic.source, generic.pos, self.concrete(generic.ret, subst)
        )
        out.vregs = [self.concrete(t, subst) for t in generic.vregs]
        out.nparams = generic.nparams
        out.env = generic.env
        out.names = generic.names
        out.captures = [self.concrete(t, subst) for t in generic.captures]
        out.landings = list(generic.landings)
        for old in generic.blocks:
            block = Block()
            block.instrs = [Instr(ins.op, ins.dst, list(ins.args), ins.data, ins.loc) for ins in old.instrs]
            t = old.term
            block.term = Instr(t.op, t.dst, list(t.args), t.data, t.loc)
            out.blocks.append(block)
        self._choose(out)
        for block in out.blocks:
            self._block(out, block, subst, generic.vregs)
        return out

    def _choose(self, fn: Function) -> None:
        """Decide the branches by which the library has other code for types that the engine knows. What is not chosen is not instantiated."""
        chosen = False
        for block in fn.blocks:
            last = block.instrs[-1] if block.instrs else None
            if last is not None and last.op in _NATIVE:
                t = terms.strip_readonly(fn.vregs[last.args[0]])
                last.op, last.data = "const", _NATIVE[last.op](t)
                last.args = []
                term = block.term
                if term.op == "branch" and term.args == [last.dst]:
                    block.term = Instr("jump", -1, [], flow.pick(term, last.data), term.loc)
                    chosen = True
        if chosen:
            flow.tidy(fn)

    def _intrinsic_value(self, item: FnItem, targs: tuple[Type, ...]) -> Function:
        """A function around an intrinsic that is used as a value."""
        subst: dict[Any, Type] = dict(zip(item.generics, targs, strict=True))
        ret = self.concrete(item.ret, subst)
        fn = Function(item.name, "fn", [], item.module.source, item.decl.name_pos, ret)
        params = list(item.params) if item.self_ty is None else [item.self_ty, *item.params]
        fn.vregs = [self.concrete(t, subst) for t in params]
        fn.nparams = len(params)
        args = list(range(fn.nparams))
        block = Block()
        fn.blocks.append(block)
        name = _SAME.get(item.intrinsic or "", item.intrinsic or "")
        if ret is terms.NEVER:
            block.instrs.append(Instr(name, -1, args, None, fn.pos))
            block.term = Instr("unreachable", -1, [], None, fn.pos)
        else:
            v = fn.new_vreg(ret)
            block.instrs.append(self._instr(fn, Instr(name, v, args, None, fn.pos), {}, fn.vregs))
            block.term = Instr("return", -1, [] if ret is terms.UNIT else [v], None, fn.pos)
        return fn

    def thunk(
        self, target: Instance, self_ty: Type, iface: Type, params: tuple[Type, ...], ret: Type, item: FnItem
    ) -> Instance:
        """A slot entry for a scalar receiver: takes it out of its box and calls ``target``."""
        key = ("thunk", target, iface)
        inst = self.instances.get(key)
        if inst is None:
            inst = Instance(len(self.program.instances), target.name, key)
            self.program.instances.append(inst)
            self.instances[key] = inst
            fn = Function(target.name, "fn", [], item.module.source, item.decl.name_pos, ret)
            fn.vregs = [iface, *params]
            fn.nparams = len(fn.vregs)
            v = fn.new_vreg(self_ty)
            block = Block()
            block.instrs.append(Instr("from_iface", v, [0], None, fn.pos))
            fn.blocks.append(block)
            args = [v, *range(1, fn.nparams)]
            if ret is terms.NEVER:
                block.instrs.append(Instr("call", -1, args, target, fn.pos))
                block.term = Instr("unreachable", -1, [], None, fn.pos)
            else:
                r = fn.new_vreg(ret)
                block.instrs.append(Instr("call", r, args, target, fn.pos))
                block.term = Instr("return", -1, [] if ret is terms.UNIT else [r], None, fn.pos)
            inst.function = fn
        return inst

    # ---------------------------------------------------------------- types

    def concrete(self, t: Type, subst: dict[Any, Type]) -> Type:
        """``t`` with type parameters replaced and projections resolved."""
        if not t.has_params:
            return t
        if t.tag == CELL:
            return cell_type(self.concrete(t.inner, subst))  # type: ignore[attr-defined]
        return self.world.normalize(terms.substitute(t, subst))

    # --------------------------------------------------------- instructions

    def _block(self, fn: Function, block: Block, subst: dict[Any, Type], declared: list[Type]) -> None:
        """Make the instructions of a block concrete, in place."""
        out: list[Instr] | None = None
        for i, ins in enumerate(block.instrs):
            if ins.data is not None or ins.op in _LOOK:
                self._instr(fn, ins, subst, declared)
                if self.before:
                    if out is None:
                        out = block.instrs[:i]
                    out.extend(self.before)
                    self.before = []
            if out is not None:
                out.append(ins)
        if out is not None:
            block.instrs = out

    def _instr(self, fn: Function, ins: Instr, subst: dict[Any, Type], declared: list[Type]) -> Instr:
        op = ins.op
        data = ins.data
        if data.__class__ is FnInst:
            targs = tuple([self.concrete(t, subst) for t in data.targs])
            if op == "fn_value" and data.fn.__class__ is FnItem and data.fn.kind == "extern":
                ins.data = data.fn
                self._extern(data.fn)
            else:
                ins.data = self.instance(data.fn, targs, ins.loc)
        elif data.__class__ is MethodInst:
            self._method(fn, ins, data, subst)
        elif op == "to_iface":
            self._cast(fn, ins, declared)
        elif op == "is":
            self._test(fn, ins, subst)
        elif op == "as_try":
            self._as_try(fn, ins, subst, declared)
        elif data.__class__ is OpInst:
            ins.data = self._op(data, subst)
        elif data.__class__ is HandleInfo:
            ins.data = HandleInfo(
                [Clause(self._op(c.op, subst), c.guard, c.arm, c.mode) for c in data.clauses]
            )
        elif op == "call_extern":
            self._extern(data)
        elif op in _LOOK:
            self._text(fn, ins)
        return ins

    def _extern(self, item: FnItem) -> None:
        if item not in self.extern_set:
            self.extern_set.add(item)
            self.program.externs.append(item)

    def _op(self, op: OpInst, subst: dict[Any, Type]) -> OpInst:
        if not op.args:
            return op
        return OpInst(
            op.method,
            tuple([self.concrete(t, subst) for t in op.args]),
            tuple([self.concrete(t, subst) for t in op.params]),
            self.concrete(op.ret, subst),
            op.name,
        )

    def _text(self, fn: Function, ins: Instr) -> None:
        """`core::intrinsics::to_string`: the text of a primitive, some text for anything else; and intrinsics under their run-time names."""
        op = ins.op
        if op in _SAME:
            ins.op = _SAME[op]
            return
        t = terms.strip_readonly(fn.vregs[ins.args[0]])
        if t is terms.STRING:
            ins.op = "copy"
        elif t.tag == terms.PRIM and f"{t.name}_to_string" in INTRINSICS:  # type: ignore[attr-defined]
            ins.op = f"{t.name}_to_string"  # type: ignore[attr-defined]
        else:
            ins.op = "opaque_to_string"

    def _method(self, fn: Function, ins: Instr, m: MethodInst, subst: dict[Any, Type]) -> None:
        self_ty: Any = terms.strip_readonly(self.concrete(m.self_ty, subst))
        targs = tuple([self.concrete(t, subst) for t in m.targs])
        iface_args = tuple([self.concrete(t, subst) for t in m.iface_args])
        method = m.method
        if self_ty.tag == IFACE:
            if method.receiver != "static" and self.world.dispatchable(method):
                ins.op = "call_iface"
                ins.data = self.dispatch.slot(method, self_ty, iface_args, targs)
            else:
                ins.op = "call"
                ins.data = self.instance(method, (self_ty, *iface_args, *targs), ins.loc)
            return
        ins.op = "call"
        item, before = self.target(self_ty, method)
        if item.kind == "intrinsic":
            ins.op = _SAME.get(item.intrinsic or "", item.intrinsic or "")
            ins.data = None
        else:
            ins.data = self.instance(item, (*before, *targs), ins.loc)

    def target(self, self_ty: Type, method: FnItem) -> tuple[FnItem, tuple[Type, ...]]:
        """What a call of an interface method on a concrete type runs, and the first of its type arguments."""
        found = self.world.find_impl(self_ty, method.parent)  # type: ignore[arg-type]
        assert found is not None, f"{self_ty} {method.name}"
        item, targs = self.world.impl_method(found, method)
        return item, tuple([self.world.normalize(t) for t in targs])

    # --------------------------------------------------------------- casts

    def _view_check(self, fn: Function, ins: Instr, declared: list[Type]) -> None:
        """A cast of a parameter that stands for a view here (02 §4.2)."""
        was = declared[ins.args[0]]
        now = fn.vregs[ins.args[0]]
        if was.tag in (PARAM, PROJ) and now.tag == READONLY:
            assert self.link is not None
            self.world.diags.error(
                "view-cast", f"`{fn.name}` casts its `{was}` and cannot be used with the view `{now}`", *self._user_place(self.link),
                secondary=[(fn.source, max(ins.loc, 0), max(ins.loc, 0) + 1, "the cast")],
            )  # fmt: skip
            raise Stop

    def _cast(self, fn: Function, ins: Instr, declared: list[Type]) -> None:
        self._view_check(fn, ins, declared)
        source = terms.strip_readonly(fn.vregs[ins.args[0]])
        target: Any = terms.strip_readonly(fn.vregs[ins.dst])
        self.dispatch.cast(source, target.item)

    def _test(self, fn: Function, ins: Instr, subst: dict[Any, Type]) -> None:
        target = self.concrete(ins.data, subst)
        source = terms.strip_readonly(fn.vregs[ins.args[0]])
        ins.data = target
        if source.tag != IFACE:
            ins.op = "const"
            ins.args = []
            ins.data = self.dispatch.passes(source, target)
        else:
            self.dispatch.test(target)

    def _as_try(self, fn: Function, ins: Instr, subst: dict[Any, Type], declared: list[Type]) -> None:
        self._view_check(fn, ins, declared)
        target: Any = self.concrete(ins.data, subst)
        source = terms.strip_readonly(fn.vregs[ins.args[0]])
        option: Any = terms.strip_readonly(fn.vregs[ins.dst])
        if source.tag == IFACE:
            ins.data = target
            self.dispatch.test(target)
            if target.tag == IFACE:
                self.dispatch.cast(source, target.item)
            return
        index = option.item.variant_index
        if self.dispatch.passes(source, target):
            ins.op = "variant"
            ins.data = index["Some"]
            if target.tag == IFACE:
                # The payload has the interface type.
                self.dispatch.cast(source, target.item)
                self.before.append(Instr("to_iface", fn.new_vreg(target), list(ins.args), None, ins.loc))
                ins.args = [self.before[-1].dst]
        else:
            ins.op = "variant"
            ins.data = index["None"]
            ins.args = []


#: types that the engine hashes and compares itself
_TEXT_OR_DISCRETE: Final = frozenset(
    (terms.INT, terms.BYTE, terms.CHAR, terms.BOOL, terms.STRING, terms.BYTES)
)
#: operations that are constants -> their value by the type of their operand
_NATIVE: Final[dict[str, Callable[[Any], bool]]] = {
    "__map_native": _TEXT_OR_DISCRETE.__contains__,
    "__array_native": lambda t: terms.strip_readonly(t.elem) in _TEXT_OR_DISCRETE,
}

_LOOK: Final = frozenset(("__to_string", "to_iface", *_SAME))


def monomorphise(
    world: World, entries: list[tuple[str, FnItem]], known: Iterable[tuple[Type, InterfaceItem]] = ()
) -> Program:
    """The concrete program that ``entries`` reach. ``known``: types that are cast to interfaces elsewhere.

    Raises `Stop` after reporting what makes it impossible.
    """
    from rusk.mir.templates import Templates

    mono = Mono(world)
    mono.templates = Templates(mono)
    for t, interface in known:
        mono.dispatch.cast(t, interface)
    program = mono.run(entries)
    program.known = [(t, i) for t, interfaces in mono.dispatch.known.items() for i in interfaces]
    return program
