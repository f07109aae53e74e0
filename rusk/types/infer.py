"""Inference variables, unification and assignability (``docs/language/02-types.md`` §3, §6).

`Unifier` holds the state of the inference of one function body; the checker inherits from it. A check that needs a type
which is not known yet waits on the variable (`Pending`); binding the variable puts it into ``ready``, and `settle` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from rusk.limits import MOST
from rusk.types import terms
from rusk.types.items import GenericParam
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    BYTE,
    CONT,
    ERR,
    ERROR,
    FN,
    IFACE,
    INT,
    NEVER,
    NOMINAL,
    PRIM,
    PROJ,
    READONLY,
    TUPLE,
    VAR,
    Type,
    Var,
    readonly,
)

if TYPE_CHECKING:
    pass


class InferVar(Var):
    """A variable of the checker. ``never``: only ``!`` has met it so far, so it is ``unit`` if nothing else does.

    ``waiters``: the checks that wait for it. ``arity`` > 0: it stands for a type constructor.
    """

    __slots__ = ("never", "waiters", "arity")

    def __init__(self, pos: int = -1, literal: bool = False, name: str = "") -> None:
        self.tag = VAR
        self.has_vars = True
        self.has_params = False
        self.ref = None
        self.literal = literal
        self.pos = pos
        self.name = name
        self.data = None
        self.never = False
        self.waiters: list[Pending] | None = None
        self.arity = 0


class Pending:
    """A check put off. ``run(checker, pending)`` is called once its type is known; ``seq`` orders them as in the source."""

    __slots__ = ("seq", "run", "node", "ty", "result", "data", "done")

    def __init__(
        self, seq: int, run: Callable[[Any, Pending], None], node: Any, ty: Type, result: Type, data: Any
    ) -> None:
        self.seq = seq
        self.run = run
        self.node = node
        self.ty = ty
        self.result = result
        self.data = data
        self.done = False

    def __lt__(self, other: Pending) -> bool:
        return self.seq < other.seq


def shallow(t: Type) -> Type:
    """``t`` with its outermost constructor known, as far as it is: bound variables at the top are followed."""
    while t.tag == VAR:
        r = t.ref  # type: ignore[attr-defined]
        if r is None:
            return t
        t = r
    if t.has_vars:
        if t.tag == READONLY:
            inner = t.inner  # type: ignore[attr-defined]
            known = shallow(inner)
            if known is not inner:
                return readonly(known)
        elif t.tag == APPLIED:
            return _applied(t, t.args)  # type: ignore[attr-defined]
    return t


def constructor(v: object) -> object:
    """What a constructor variable stands for: a struct, enum, interface, constructor parameter, or the open variable."""
    while isinstance(v, Var):
        if v.ref is None:
            return v
        v = v.ref
    return v


def _applied(t: Type, args: Any) -> Type:
    ctor = constructor(t.ctor)  # type: ignore[attr-defined]
    if isinstance(ctor, Var | GenericParam):
        return terms.applied(ctor, args)
    return apply_constructor(ctor, args)


def apply_constructor(item: object, args: Any) -> Type:
    """``item<args>`` for a struct, enum or interface item."""
    if hasattr(item, "self_param"):
        return terms.iface(item, args)  # type: ignore[arg-type]
    return terms.nominal(item, args)  # type: ignore[arg-type]


def resolved(t: Type) -> Type:
    """``t`` with every bound variable in it replaced by what it stands for."""
    if not t.has_vars:
        return t
    if t.tag == VAR:
        r = t.ref  # type: ignore[attr-defined]
        if r is None:
            return t
        if not r.has_vars:
            return r  # type: ignore[no-any-return]
    return resolve_parts(t, {})


def resolve_parts(t: Type, memo: dict[Type, Type]) -> Type:
    """`resolved`; with a stack and a memo, because types may be deep and share their parts."""
    if not t.has_vars:
        return t
    stack: list[Any] = [t]
    while stack:
        top = stack[-1]
        if top in memo:
            stack.pop()
            continue
        tag = top.tag
        if tag == VAR:
            r = top.ref
            if r is None:
                memo[top] = top
            elif not r.has_vars:
                memo[top] = r
            elif r in memo:
                top.ref = memo[top] = memo[r]
            else:
                stack.append(r)
                continue
            stack.pop()
            continue
        missing = [p for p in parts(top) if p.has_vars and p not in memo]
        if missing:
            stack += missing
            continue
        if tag == APPLIED:
            memo[top] = _applied(top, [memo.get(a, a) for a in top.args])
        else:
            memo[top] = terms.rebuild(top, lambda p: memo.get(p, p))
        stack.pop()
    return memo[t]


def open_vars(t: Type, into: list[InferVar], seen: set[object] | None = None) -> None:
    """Append the unbound variables of ``t`` to ``into`` in the order in which they occur, each once.

    What is in ``seen`` is passed over; everything met is added to it.
    """
    if not t.has_vars:
        return
    if seen is None:
        seen = set(into)
    stack: list[Any] = [t]
    while stack:
        p = stack.pop()
        if not p.has_vars or p in seen:
            continue
        seen.add(p)
        tag = p.tag
        if tag == VAR:
            if p.ref is None:
                into.append(p)
            elif isinstance(p.ref, Type):
                stack.append(p.ref)
            continue
        stack.extend(reversed(parts(p)))
        if tag == APPLIED and isinstance(p.ctor, Var):
            c = constructor(p.ctor)
            if isinstance(c, InferVar) and c not in seen:
                seen.add(c)
                into.append(c)


#: `measure` counts no further; more than any limit on the size of types.
_MANY = 2 * MOST["type_size"]
#: How deep unification goes.
_DEEPEST = MOST["type_depth"]
#: Steps that unifying two types may take.
MAX_STEPS = 300_000


def measure(t: Type, memo: dict[Type, tuple[int, int]]) -> tuple[int, int]:
    """The number of parts of ``t``, shared parts counted each time (none counted beyond `_MANY`), and its depth."""
    stack = [t]
    while stack:
        top = stack[-1]
        if top in memo:
            stack.pop()
            continue
        ps = parts(top)
        missing = [p for p in ps if p not in memo]
        if missing:
            stack += missing
            continue
        size = 1
        depth = 0
        for p in ps:
            n, d = memo[p]
            size += n
            if d > depth:
                depth = d
        memo[top] = (size if size < _MANY else _MANY, depth + 1)
        stack.pop()
    return memo[t]


def parts(t: Type) -> tuple[Type, ...]:
    """The direct parts of a term."""
    tag = t.tag
    if tag == NOMINAL or tag == APPLIED:
        return t.args  # type: ignore[attr-defined, no-any-return]
    if tag == ARRAY:
        return (t.elem,)  # type: ignore[attr-defined]
    if tag == READONLY:
        return (t.inner,)  # type: ignore[attr-defined]
    if tag == TUPLE:
        return t.elems  # type: ignore[attr-defined, no-any-return]
    if tag == FN:
        return (*t.params, t.ret)  # type: ignore[attr-defined]
    if tag == CONT:
        return (t.param, t.ret)  # type: ignore[attr-defined]
    if tag == IFACE:
        return (*t.args, *[b[1] for b in t.bindings])  # type: ignore[attr-defined]
    if tag == PROJ:
        return (*t.args, t.self_ty)  # type: ignore[attr-defined]
    return ()


class Unifier:
    """Unification with deferred checks; the base of the checker."""

    def __init__(self) -> None:
        #: Checks whose variable has become known and which have not run yet.
        self.ready: list[Pending] = []
        #: All checks put off in this function.
        self.pendings: list[Pending] = []
        #: Variables bound while trying (`try_unify`), with their waiters; None outside of a trial.
        self.trail: (
            list[tuple[InferVar, list[Pending] | None, InferVar | None, list[Pending] | None]] | None
        ) = None
        #: The variable and type of a failed occurs check.
        self.infinite: Type | None = None
        #: (v, pending equality) variables found equal to their own view: must turn out to be of a value type.
        self.must_be_value: list[InferVar] = []
        self.settling = False
        #: Steps of the current unification and how deep it is, and the type that was too large or deep.
        self.steps = 0
        self.nesting = 0
        self.large: Type | None = None

    # ---------------------------------------------------------- variables

    def bind(self, v: InferVar, t: Type) -> bool:
        """Let the open variable ``v`` be ``t`` (shallow, not ``v`` itself). False if that cannot be."""
        trail = self.trail
        if t.tag == VAR:
            w: InferVar = t  # type: ignore[assignment]
            if v.literal and not w.literal:
                v, w = w, v
            if trail is not None:
                trail.append((v, v.waiters, w, w.waiters))
            v.ref = w
            if v.never:
                w.never = True
            if v.waiters:
                if w.literal:
                    self.ready += v.waiters
                else:
                    w.waiters = v.waiters if w.waiters is None else w.waiters + v.waiters
                v.waiters = None
            elif w.literal and w.waiters:
                self.ready += w.waiters
                w.waiters = None
            return True
        if v.literal and t is not INT and t is not BYTE and t is not ERR:
            if t.tag == READONLY:  # `readonly V` is V if V is of a value type
                inner = shallow(t.inner)  # type: ignore[attr-defined]
                return inner is v or (inner.tag == VAR and self.bind(v, inner))
            return False
        if t.has_vars and self.occurs(v, t):
            if t.tag == READONLY and shallow(t.inner) is v:  # type: ignore[attr-defined]
                self.must_be_value.append(v)
                return True
            self.infinite = t
            return False
        if trail is not None:
            trail.append((v, v.waiters, None, None))
        v.ref = t
        if v.waiters:
            self.ready += v.waiters
            v.waiters = None
        return True

    def occurs(self, v: Var, t: Type) -> bool:
        """Whether the open variable ``v`` occurs in ``t``."""
        stack: list[Any] = [t]
        seen: set[object] = set()
        while stack:
            p = stack.pop()
            if not p.has_vars or p in seen:
                continue
            if p.tag == VAR:
                if p is v:
                    return True
                if isinstance(p.ref, Type):
                    stack.append(p.ref)
                continue
            seen.add(p)
            stack += parts(p)
        return False

    def poison(self, t: Type) -> None:
        """Let everything unknown in ``t`` be the error type: it takes part in a mistake that has been reported. Integer literals stay ``int``."""
        if t.has_vars:
            found: list[InferVar] = []
            open_vars(t, found)
            for v in found:
                if v.arity == 0 and v.ref is None and not v.literal:
                    v.ref = ERR
                    if v.waiters:
                        self.ready += v.waiters
                        v.waiters = None

    # -------------------------------------------------------- unification

    def unify(self, a: Type, b: Type) -> bool:
        """Make two types equal."""
        if a is b:
            return True
        if a.has_vars:
            a = shallow(a)
        if b.has_vars:
            b = shallow(b)
        if a is b:
            return True
        ta = a.tag
        tb = b.tag
        if ta == VAR:
            return self.bind(a, b)  # type: ignore[arg-type]
        if tb == VAR:
            return self.bind(b, a)  # type: ignore[arg-type]
        if ta == ERROR or tb == ERROR:
            if self.trail is None:
                self.poison(a)
                self.poison(b)
            return True
        if ta != tb:
            # `readonly V` is V if V is of a value type
            if ta == READONLY and a.inner.tag == VAR and (tb == PRIM or tb == FN or tb == CONT):  # type: ignore[attr-defined]
                return self.unify(a.inner, b)  # type: ignore[attr-defined]
            if tb == READONLY and b.inner.tag == VAR and (ta == PRIM or ta == FN or ta == CONT):  # type: ignore[attr-defined]
                return self.unify(a, b.inner)  # type: ignore[attr-defined]
            if ta == APPLIED and (tb == NOMINAL or tb == IFACE):
                return self.unify_applied(a, b)
            if tb == APPLIED and (ta == NOMINAL or ta == IFACE):
                return self.unify_applied(b, a)
            return False
        if not (a.has_vars or b.has_vars):
            return False  # different closed terms
        self.steps += 1
        if self.steps > MAX_STEPS or self.nesting > _DEEPEST:
            self.large = a
            return False
        self.nesting += 1
        ok = self._unify_parts(a, b)
        self.nesting -= 1
        return ok

    def _unify_parts(self, a: Any, b: Any) -> bool:
        """Make the parts of two terms of one kind equal."""
        ta = a.tag
        if ta == NOMINAL:
            return a.item is b.item and self.unify_all(a.args, b.args)
        if ta == READONLY:
            return self.unify(a.inner, b.inner)
        if ta == ARRAY:
            return self.unify(a.elem, b.elem)
        if ta == TUPLE:
            return self.unify_all(a.elems, b.elems)
        if ta == FN:
            return self.unify_all(a.params, b.params) and self.unify(a.ret, b.ret)
        if ta == CONT:
            return self.unify(a.param, b.param) and self.unify(a.ret, b.ret)
        if ta == IFACE:
            ba = a.bindings
            bb = b.bindings
            return (
                a.item is b.item
                and [n for n, _ in ba] == [n for n, _ in bb]
                and self.unify_all(a.args, b.args)
                and self.unify_all([t for _, t in ba], [t for _, t in bb])
            )
        if ta == PROJ:
            return (
                a.iface is b.iface
                and a.name == b.name
                and self.unify_all(a.args, b.args)
                and self.unify(a.self_ty, b.self_ty)
            )
        if ta == APPLIED:
            ca = constructor(a.ctor)
            cb = constructor(b.ctor)
            if len(a.args) != len(b.args):
                return False
            if ca is not cb:
                v, to = (ca, cb) if isinstance(ca, InferVar) else (cb, ca)
                if not isinstance(v, InferVar):
                    return False
                if self.trail is not None:
                    self.trail.append((v, None, None, None))
                v.ref = to
            return self.unify_all(a.args, b.args)
        return False

    def unify_all(self, xs: Any, ys: Any) -> bool:
        """Pairwise `unify`; the numbers must agree."""
        if len(xs) != len(ys):
            return False
        for x, y in zip(xs, ys, strict=True):
            if x is not y and not self.unify(x, y):
                return False
        return True

    def unify_applied(self, f: Type, t: Type) -> bool:
        """``F<A>`` with an open constructor against a nominal or interface type (02 §2)."""
        ctor = constructor(f.ctor)  # type: ignore[attr-defined]
        if not isinstance(ctor, InferVar) or len(f.args) != len(t.args) or (t.tag == IFACE and t.bindings):  # type: ignore[attr-defined]
            return False
        if self.trail is not None:
            self.trail.append((ctor, None, None, None))
        ctor.ref = t.item  # type: ignore[attr-defined]
        return self.unify_all(f.args, t.args)  # type: ignore[attr-defined]

    def try_unify(self, a: Type, b: Type) -> bool:
        """`unify`, but nothing stays bound if it fails."""
        trail: list[tuple[InferVar, list[Pending] | None, InferVar | None, list[Pending] | None]] = []
        outer = self.trail
        count = len(self.ready)
        self.trail = trail
        ok = self.unify(a, b)
        self.trail = outer
        if not ok:
            for v, waiters, w, w_waiters in reversed(trail):
                v.ref = None
                v.waiters = waiters
                if w is not None:
                    w.waiters = w_waiters
            del self.ready[count:]
            self.infinite = None
        return ok

    # ------------------------------------------------------- assignability

    def assignable(self, got: Type, want: Type) -> bool:
        """Whether a value of type ``got`` may stand where ``want`` is required (02 §3), making them fit if unknown."""
        if got is want or got is NEVER:
            if got is NEVER:
                want = shallow(want)
                if want.tag == VAR:
                    want.never = True  # type: ignore[attr-defined]
                elif want.tag == READONLY and want.inner.tag == VAR:  # type: ignore[attr-defined]
                    want.inner.never = True  # type: ignore[attr-defined]
            return True
        if got.has_vars:
            got = shallow(got)
            if got is NEVER:
                return self.assignable(got, want)
        if want.has_vars:
            want = shallow(want)
        self.steps = 0
        wt = want.tag
        gt = got.tag
        if wt == READONLY and gt != READONLY and gt != VAR and gt != ERROR:
            return self.unify(got, want.inner)  # type: ignore[attr-defined]
        if gt == FN and wt == FN and got is not want:
            return self.unify_all(got.params, want.params) and self.assignable(got.ret, want.ret)  # type: ignore[attr-defined]
        return self.unify(got, want)

    # ------------------------------------------------------------ waiting

    def defer(self, t: Type, run: Callable[[Any, Pending], None], node: Any, result: Type, data: Any) -> None:
        """Run a check when the open type ``t`` (a variable, or a view of one) becomes known."""
        p = Pending(len(self.pendings), run, node, t, result, data)
        self.pendings.append(p)
        self.wait(p, t)

    @staticmethod
    def wait(p: Pending, t: Type) -> None:
        """Let ``p`` wait for the open variable of ``t``."""
        v: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
        if v.waiters is None:
            v.waiters = [p]
        else:
            v.waiters.append(p)

    def settle(self) -> None:
        """Run the checks that can run now, in source order."""
        if self.settling:
            return
        self.settling = True
        ready = self.ready
        heap: list[Pending] = []
        while ready or heap:
            while ready:
                heappush(heap, ready.pop())
            first = heappop(heap)
            if not first.done:
                first.done = True
                first.run(self, first)
        self.settling = False
