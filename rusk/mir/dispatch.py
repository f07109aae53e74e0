"""Interface values in a monomorphic program: which types stand behind which interfaces, dispatch slots, type tests (03 §8.1, §11).

A slot (method, type arguments) gets an entry for a type S when some reached cast gives S as the method's interface *and* a call of the method on an
interface value is reached; the two meet in whichever order they come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import Slot
from rusk.types import terms
from rusk.types.terms import IFACE, NOMINAL, Type

if TYPE_CHECKING:
    from rusk.mir.mono import Mono
    from rusk.types.items import FnItem, InterfaceItem


class Dispatch:
    """What is known so far."""

    def __init__(self, mono: Mono) -> None:
        self.mono = mono
        self.world = mono.world
        #: concrete type -> interfaces (supers included) as which it is known
        self.known: dict[Type, set[InterfaceItem]] = {}
        #: interface -> interfaces that its values are cast on to
        self.edges: dict[InterfaceItem, set[InterfaceItem]] = {}
        self.slots: dict[tuple[object, ...], tuple[Slot, FnItem, tuple[Type, ...], tuple[Type, ...]]] = {}
        self.by_interface: dict[
            InterfaceItem, list[tuple[Slot, FnItem, tuple[Type, ...], tuple[Type, ...]]]
        ] = {}
        self.tested: dict[Type, None] = {}
        #: (type, interface) pairs and slots that have not met yet
        self.pending: list[tuple[Type, InterfaceItem, object]] = []
        self.new_slots: list[tuple[Slot, FnItem, tuple[Type, ...], tuple[Type, ...]]] = []

    def slot(
        self, method: FnItem, value: Type, iface_args: tuple[Type, ...], targs: tuple[Type, ...]
    ) -> Slot:
        """The slot of a method called on an interface value of type ``value``.

        Types whose associated types give the method another signature stand behind other value types and have other slots.
        """
        params, ret = self.signature(method, value, iface_args, targs)
        key = (method, iface_args, targs, params, ret)
        found = self.slots.get(key)
        if found is None:
            parent: Any = method.parent
            slot = Slot(len(self.slots), f"{parent.name}.{method.name}", params, ret)
            found = self.slots[key] = (slot, method, iface_args, targs)
            self.mono.program.slots.append(slot)
            self.by_interface.setdefault(parent, []).append(found)
            self.new_slots.append(found)
        return found[0]

    def signature(
        self, method: FnItem, self_ty: Type, iface_args: tuple[Type, ...], targs: tuple[Type, ...]
    ) -> tuple[tuple[Type, ...], Type]:
        """Parameter types and result of an interface method for one `Self`."""
        parent: Any = method.parent
        subst: dict[Any, Type] = {parent.self_param: self_ty}
        subst.update(zip(parent.generics, iface_args, strict=True))
        subst.update(zip(method.own_generics, targs, strict=True))
        concrete = self.mono.concrete
        return tuple([concrete(p, subst) for p in method.params]), concrete(method.ret, subst)

    def cast(self, source: Type, item: InterfaceItem) -> None:
        """A reached cast of ``source`` (concrete, no view) to the interface ``item``."""
        if source.tag == IFACE:
            origin: Any = source
            targets = self.edges.setdefault(origin.item, set())
            if item not in targets:
                targets.add(item)
                for t, ifaces in list(self.known.items()):
                    if origin.item in ifaces:
                        self._know(t, item)
            return
        self._know(source, item)

    def _know(self, t: Type, item: InterfaceItem) -> None:
        work = [item]
        ifaces = self.known.setdefault(t, set())
        while work:
            at = work.pop()
            # A cross cast succeeds only for types that implement the target.
            if self.world.find_impl(t, at) is None:
                continue
            for sup in at.all_supers:
                if sup not in ifaces:
                    ifaces.add(sup)
                    self.pending.append((t, sup, (self.mono.link, self.mono.source)))
                    work.extend(self.edges.get(sup, ()))

    def settle(self) -> None:
        """Give slots the entries that are due; this may reach new functions."""
        while self.pending or self.new_slots:
            slots, self.new_slots = self.new_slots, []
            for entry in slots:
                parent: Any = entry[1].parent
                for t, ifaces in list(self.known.items()):
                    if parent in ifaces:
                        self._enter(entry, t)
            pairs, self.pending = self.pending, []
            for t, iface, reached in pairs:
                # Chains of instances go on through the cast that makes an entry due.
                self.mono.link, self.mono.source = reached  # type: ignore[misc]
                for entry in self.by_interface.get(iface, ()):
                    self._enter(entry, t)

    def _enter(self, entry: tuple[Slot, FnItem, tuple[Type, ...], tuple[Type, ...]], t: Type) -> None:
        slot, method, iface_args, targs = entry
        if t in slot.table:
            return
        found = self.world.find_impl(t, method.parent)  # type: ignore[arg-type]
        if found is None or tuple(found.iface_args) != iface_args:
            return
        if self.signature(method, t, iface_args, targs) != (slot.params, slot.ret):
            return
        mono = self.mono
        item, before = mono.target(t, method)
        inst = mono.instance(item, (*before, *targs))
        if not terms.is_reference(t):
            origin: Any = method.parent
            inst = mono.thunk(inst, t, terms.iface(origin, iface_args), slot.params, slot.ret, item)
        slot.table[t] = inst

    # ---------------------------------------------------------------- tests

    def test(self, target: Type) -> None:
        """A reached test of an interface value for ``target``."""
        self.tested[target] = None

    def passes(self, t: Type, target: Any) -> bool:
        """Whether a value of the dynamic type ``t`` passes a test for ``target`` (03 §11)."""
        if target.tag == NOMINAL:
            return t is target
        found = self.world.find_impl(t, target.item)
        return found is not None and tuple(found.iface_args) == target.args

    def finish(self) -> None:
        """Tell the program which types pass each test."""
        for target in self.tested:
            self.mono.program.tests[target] = [t for t in self.known if self.passes(t, target)]
