"""The state of the checker for one function body, and what every part of it uses: scopes, errors, required types.

The parts (`check_expr`, `check_call`, ...) are functions of a `Ctx` and a node; `Ctx.handlers` maps the class of an
expression to its function ``(ctx, node, expected) -> type``. A handler sets the node's ``ty`` and returns it; ``expected`` is a
hint that compound expressions hand on to their parts. It is the caller who calls `Ctx.coerce` on the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.modules.names import VALUES
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import (
    InferVar,
    Pending,
    Unifier,
    apply_constructor,
    constructor,
    measure,
    open_vars,
    resolve_parts,
    resolved,
    shallow,
)
from rusk.types.items import GenericParam, InterfaceItem, VariantRef
from rusk.types.resolved import Binding, FnRef, ForLoop, LambdaInfo, MethodRef, OpRef
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    CONT,
    ERR,
    ERROR,
    FN,
    IFACE,
    INT,
    NEVER,
    NOMINAL,
    PARAM,
    PRIM,
    PROJ,
    READONLY,
    TUPLE,
    VAR,
    Iface,
    Type,
    Var,
)

if TYPE_CHECKING:
    from rusk.diagnostics import Secondary
    from rusk.source import Source
    from rusk.types.impls import ImplMatch
    from rusk.types.items import EnumItem, FnItem, Module, StructItem
    from rusk.types.world import World
    from rusk.types.written import TypeScope

Handler: TypeAlias = "Callable[[Ctx, Any, Type | None], Type]"
#: Substitution while a call is inferred: None means that nothing has determined the parameter yet.
OpenSubst: TypeAlias = "dict[GenericParam, Type | None]"
#: Why a type is required: place and text (a `Secondary` of the diagnostics), or a declared part as `check_help.why` knows it.
Why: TypeAlias = "tuple[Source, int, int, str | None] | tuple[Any, ...] | None"


class LoopState:
    """The innermost loop: whether it has a `break` of its own."""

    __slots__ = ("has_break",)

    def __init__(self) -> None:
        self.has_break = False


class RetState:
    """Where `return` leads. ``ty``: the required type; None in a lambda without one, then ``join`` collects."""

    __slots__ = ("ty", "join", "why", "is_lambda")

    def __init__(self, ty: Type | None, is_lambda: bool) -> None:
        self.ty = ty
        self.join: Type | None = None
        self.why: Why = None
        self.is_lambda = is_lambda


class Shared:
    """What the checks of all functions of one compilation share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.diags = world.diags
        #: struct -> field name -> index
        self.fields: dict[StructItem, dict[str, int]] = {}
        #: module -> name -> variant of that name in scope, and whether it is a weak addition; None if there is none
        self.variants: dict[Module, dict[str, tuple[VariantRef, bool] | None]] = {}
        #: (module, name) -> what it means as a callee (check_names)
        self.callees: dict[tuple[Module, str], Any] = {}
        #: whether a term contains a projection
        self.projecting: dict[Type, bool] = {}
        #: (type head, method name, module) -> candidate (check_method)
        self.methods: dict[tuple[object, str, Module], Any] = {}
        #: (closed type, bound) that hold
        self.satisfied: set[tuple[Type, Type]] = set()
        self.lang: dict[str, InterfaceItem] = {}
        #: closed type -> number of its parts and depth
        self.sizes: dict[Type, tuple[int, int]] = {}
        #: closed type -> its `ToString::to_string`
        self.text_refs: dict[Type, MethodRef] = {}
        #: (interface, operation) -> what `check_match` found about it
        self.operations: dict[
            tuple[InterfaceItem, str], tuple[FnItem, list[Type], Type, tuple[Type, ...]]
        ] = {}
        #: functions and methods as values
        self.fn_types: dict[FnItem, Type] = {}
        #: function -> effects it performs and functions it calls directly (for `unhandled-effect`)
        self.flows: dict[
            FnItem, tuple[list[tuple[OpRef, Any]], list[tuple[FnItem | MethodRef, Any, tuple[FnItem, ...]]]]
        ] = {}
        self._option: EnumItem | None = None

    @property
    def option(self) -> EnumItem:
        """``Option``."""
        item = self._option
        if item is None:
            item = self._option = self.world.lang_enum("Option")
        return item

    def is_operators(self, iface: InterfaceItem) -> bool:
        """Whether an interface belongs to ``core::ops``, so that the operands of its methods are views (03 §10)."""
        m = iface.module
        return m.is_library and m.path == ("core", "ops")

    def lang_item(self, path: str) -> InterfaceItem:
        """The library interface of that path."""
        item = self.lang.get(path)
        if item is None:
            item = self.lang[path] = self.world.lang(path)
        return item

    def field_index(self, struct: StructItem) -> dict[str, int]:
        """Index of each named field."""
        found = self.fields.get(struct)
        if found is None:
            found = self.fields[struct] = (
                {} if struct.is_newtype else {f[0]: i for i, f in enumerate(struct.fields)}
            )
        return found


class Ctx(Unifier):
    """The checker of one function body."""

    #: Filled by ``check.py``.
    handlers: dict[type, Handler] = {}

    def __init__(self, shared: Shared, fn: FnItem) -> None:
        super().__init__()
        self.shared = shared
        self.world = shared.world
        self.diags = shared.diags
        self.fn = fn
        self.module: Module = fn.module
        self.source: Source = fn.module.source
        self.in_method = fn.parent is not None
        self.names: dict[str, Binding] = {}
        #: The current scope: name -> what it hid.
        self.scope: dict[str, Binding | None] = {}
        self.level = 0
        self.loop: LoopState | None = None
        self.ret = RetState(fn.ret, False)
        #: Whether what has been checked so far of the current block diverges.
        self.div = False
        self.errors = 0
        self.world.unfit.clear()
        self._type_scope: TypeScope | None = None
        self._generics: dict[str, GenericParam] | None = None
        variants = shared.variants.get(fn.module)
        if variants is None:
            variants = shared.variants[fn.module] = {}
        self._variants = variants
        # --- for the end of the function
        #: Integer literals whose type was not known at once.
        self.literals: list[ast.IntLit | ast.PatLit] = []
        #: (position, end, type, message): types that must be known at the end.
        self.open: list[tuple[int, int, Type, str]] = []
        #: Records of the AST whose types are to be resolved.
        self.records: list[Any] = []
        #: Checks that need the final types.
        self.late: list[Callable[[], None]] = []
        #: Calls whose constructor parameter must be known at the end.
        self.open_ctors: list[tuple[Any, GenericParam, Type]] = []
        # --- for the warning about unhandled effects
        #: Operations that a handler around the current place handles.
        self.handled: tuple[FnItem, ...] = ()
        #: Whether the current place belongs to the function itself (not to a closure or an effect arm).
        self.direct = True
        self.performs: list[tuple[OpRef, Any]] = []
        self.calls: list[tuple[FnItem | MethodRef, Any, tuple[FnItem, ...]]] = []

    # ------------------------------------------------------------- errors

    def error(
        self,
        name: str,
        message: str,
        pos: int,
        end: int,
        help: str | None = None,
        notes: list[str] | None = None,
        secondary: list[Secondary] | None = None,
        label: str | None = None,
    ) -> Type:
        """Report a compile error in this file; the result is the error type."""
        self.errors += 1
        self.diags.error(
            name,
            message,
            self.source,
            pos,
            end,
            label=label,
            help=help,
            notes=notes or [],
            secondary=secondary or [],
        )
        return ERR

    def warn(
        self, name: str, message: str, pos: int, end: int, secondary: list[Secondary] | None = None
    ) -> None:
        """Report a warning in this file."""
        self.diags.warning(name, message, self.source, pos, end, secondary=secondary or [])

    def show(self, t: Type) -> str:
        """A type as a program would write it."""
        return str(resolved(t)).replace("{integer}", "int")

    def mismatch(self, want: Type, got: Type, node: Any, why: Why = None) -> None:
        """Report that ``got`` does not fit ``want``."""
        if self.large is not None:
            t = self.large
            self.large = None
            self.steps = 0
            self.too_large(t, node)
        elif self.infinite is not None:
            t = self.infinite
            self.infinite = None
            self.error(
                "infinite-type", f"infinite type: `{self.show(t)}` contains itself", node.pos, node.end
            )
        else:
            from rusk.types.check_help import mismatch_help, reason

            self.error(
                "type-mismatch",
                f"type mismatch: expected `{self.show(want)}`, got `{self.show(got)}`",
                node.pos,
                node.end,
                help=mismatch_help(self, want, got),
                secondary=None if why is None else reason(why),
            )
        self.poison(want)
        self.poison(got)

    def too_large(self, t: Type, node: Any) -> None:
        """Report a type beyond the budget."""
        self._too_large(t, node.pos, node.end)

    def _too_large(self, t: Type, pos: int, end: int) -> None:
        if measure(resolved(t), self.shared.sizes)[1] > self.world.limits.type_depth:
            self.error("nesting-limit", "nested too deeply", pos, end, label="by this type")
        else:
            self.error("type-size-limit", f"type too large: `{self.show(t)}`", pos, end)

    def sized(self, t: Type, node: Any) -> Type:
        """The closed type ``t``, or the error type if it is beyond the budgets."""
        memo = self.shared.sizes
        limits = self.world.limits
        n = memo.get(t)
        if n is None:
            n = measure(t, memo)
        if n[0] > limits.type_size or n[1] > limits.type_depth:
            self.too_large(t, node)
            return ERR
        return t

    # ------------------------------------------------------ required types

    def coerce(self, got: Type, want: Type, node: Any, why: Why = None) -> bool:
        """Require that a value of type ``got`` may stand where ``want`` is needed; report at ``node``."""
        ok = self.assignable(got, want)
        if not ok:
            self.mismatch(want, got, node, why)
        if self.ready:
            self.settle()
        return ok

    def check(self, node: Any, want: Type, why: Why = None) -> Type:
        """Check an expression against a required type; its own type is the result."""
        t = self.handlers[node.__class__](self, node, want)
        if t is not want:
            if not self.assignable(t, want):
                self.mismatch(want, t, node, why)
            if self.ready:
                self.settle()
        return t

    def infer(self, node: Any) -> Type:
        """The type of an expression without expectation."""
        return self.handlers[node.__class__](self, node, None)

    def spoil(self, nodes: Sequence[Any]) -> None:
        """Check expressions that belong to something wrong: what is unknown in them is not worth another error."""
        for node in nodes:
            t = self.handlers[node.__class__](self, node, None)
            if t.has_vars:
                self.poison(t)
        if self.ready:
            self.settle()

    def known(self, t: Type) -> Type:
        """``t`` with its outermost constructor, if anything known so far gives it."""
        if not t.has_vars:
            return t
        if self.ready:
            self.settle()
        return shallow(t)

    def fresh(self, pos: int, name: str = "") -> InferVar:
        """A new unknown type."""
        return InferVar(pos, False, name)

    def join(self, a: Type | None, b: Type, node: Any, first: Any = None) -> Type:
        """The join of the types of two branches (02 §3); a mistake is reported at ``node``, with a note at ``first``."""
        if a is None or a is b or b is NEVER:
            return b if a is None else a
        a = shallow(a)
        b = shallow(b)
        if a is NEVER:
            return b
        if b is NEVER or a is b:
            return a
        ra = a.tag == READONLY
        rb = b.tag == READONLY
        if ra != rb and a.tag != VAR and b.tag != VAR:
            view = a if ra else b
            plain = b if ra else a
            ok = self.unify(view.inner, plain)  # type: ignore[attr-defined]
            result: Type = view
        elif a.tag == FN and b.tag == FN and len(a.params) == len(b.params):  # type: ignore[attr-defined]
            ok = self.unify_all(a.params, b.params)  # type: ignore[attr-defined]
            if ok:
                ret = self._join_results(a.ret, b.ret)  # type: ignore[attr-defined]
                ok = ret is not None
                result = terms.fn(a.params, ret) if ret is not None else a  # type: ignore[attr-defined]
            else:
                result = a
        else:
            ok = self.unify(a, b)
            result = a
        if not ok:
            why = None
            if first is not None:
                at = first.tail if first.__class__ is ast.Block and first.tail is not None else first
                why = (self.source, at.pos, at.end, f"this has type `{self.show(a)}`")
            self.mismatch(a, b, node, why)
            return ERR if a.has_vars else a
        if self.ready:
            self.settle()
        return result

    def agree(self, branch: Any, t: Type) -> None:
        """Let the tail of a branch that diverges have the type of the other branches, if that is possible."""
        if branch.__class__ is ast.Block and branch.tail is not None and t is not NEVER:
            tail = branch.tail.ty
            if tail is not NEVER and (tail.has_vars or t.has_vars):
                self.try_unify(tail, t)

    def _join_results(self, a: Type, b: Type) -> Type | None:
        a = shallow(a)
        b = shallow(b)
        if a is NEVER or a is b:
            return b
        if b is NEVER:
            return a
        if a.tag == READONLY and b.tag not in (READONLY, VAR):
            return a if self.unify(a.inner, b) else None  # type: ignore[attr-defined]
        if b.tag == READONLY and a.tag not in (READONLY, VAR):
            return b if self.unify(a, b.inner) else None  # type: ignore[attr-defined]
        return a if self.unify(a, b) else None

    # -------------------------------------------------------------- scopes

    def push(self) -> dict[str, Binding | None]:
        """Open a scope; the result is to be given to `pop`."""
        saved = self.scope
        self.scope = {}
        return saved

    def pop(self, saved: dict[str, Binding | None]) -> None:
        """Close the current scope."""
        names = self.names
        for name, old in self.scope.items():
            if old is None:
                del names[name]
            else:
                names[name] = old
        self.scope = saved

    def declare(self, name: str, ty: Type, kind: str, pos: int, end: int) -> Binding:
        """Bind a name in the current scope."""
        b = Binding(name, ty, kind, self.level, pos, end)
        scope = self.scope
        if name in scope:
            first = self.names[name]
            self.error(
                "duplicate-binding",
                f"duplicate binding `{name}`",
                pos,
                end,
                secondary=[(self.source, first.pos, first.end, "first bound here")],
            )
            return b
        if name == "resume" or (name == "self" and self.in_method):
            if kind != "self" and (kind != "cont" or name == "self"):
                self.error("reserved-name", f"`{name}` is reserved and cannot be bound here", pos, end)
                if name == "self":
                    return b
        names = self.names
        scope[name] = names.get(name)
        names[name] = b
        return b

    def variant(self, name: str, weak: bool) -> VariantRef | None:
        """The variant that a single name means in this module; ``weak``: library additions (`Ok`, `Err`) count."""
        memo = self._variants
        if name in memo:
            hit = memo[name]
        else:
            hit = None
            if name == "Some" or name == "None":
                option = self.shared.option
                hit = (VariantRef(option, option.variant_index[name]), False)
            else:
                entry = self.world.names.lookup(self.module, VALUES, name)
                if entry is not None and entry.target.__class__ is VariantRef:
                    hit = (entry.target, entry.is_prelude)
            memo[name] = hit
        if hit is None or (hit[1] and not weak):
            return None
        return hit[0]

    def generics(self) -> dict[str, GenericParam]:
        """The type parameters in scope by name."""
        g = self._generics
        if g is None:
            g = self._generics = {p.name: p for p in self.fn.generics if p.name != "Self"}
        return g

    # ------------------------------------------------------- written types

    def type_scope(self) -> TypeScope:
        """How names in written types are resolved here."""
        s = self._type_scope
        if s is None:
            s = self._type_scope = self.world.scopes[self.fn]
        return s

    def written(self, te: Any) -> Type:
        """The meaning of a written type; mistakes are reported and give the error type."""
        if te.__class__ is ast.TyPrim:
            return terms.PRIMITIVES[te.name]
        t = self.world.resolve_type(te, self.type_scope())
        if t.tag == ERROR:
            self.errors += 1
        return t

    # -------------------------------------------------------- instantiation

    def projects(self, t: Type) -> bool:
        """Whether an associated type that is not known yet occurs in ``t``."""
        if not t.has_params:
            return False
        memo = self.shared.projecting
        r = memo.get(t)
        if r is None:
            from rusk.types.infer import parts

            r = t.tag == PROJ or any([self.projects(p) for p in parts(t)])
            memo[t] = r
        return r

    def inst(self, t: Type, subst: OpenSubst, pos: int) -> Type:
        """``t`` with type parameters replaced; those not determined yet get a variable. Projections are worked out."""
        if not t.has_params:
            return t
        tag = t.tag
        if tag == PARAM:
            p = t.param  # type: ignore[attr-defined]
            if p in subst:
                r = subst[p]
                if r is None:
                    r = subst[p] = InferVar(pos, False, p.name)
                return r
            return t
        if tag == NOMINAL:
            return terms.nominal(t.item, [self.inst(a, subst, pos) for a in t.args])  # type: ignore[attr-defined]
        if tag == READONLY:
            inner = self.inst(t.inner, subst, pos)  # type: ignore[attr-defined]
            return terms.readonly(shallow(inner) if inner.has_vars else inner)
        if tag == ARRAY:
            return terms.array(self.inst(t.elem, subst, pos))  # type: ignore[attr-defined]
        if tag == FN:
            return terms.fn([self.inst(a, subst, pos) for a in t.params], self.inst(t.ret, subst, pos))  # type: ignore[attr-defined]
        if tag == TUPLE:
            return terms.tuple_([self.inst(a, subst, pos) for a in t.elems])  # type: ignore[attr-defined]
        if tag == PROJ:
            args = [self.inst(a, subst, pos) for a in t.args]  # type: ignore[attr-defined]
            return self.project(t.iface, args, self.inst(t.self_ty, subst, pos), t.name, pos)  # type: ignore[attr-defined]
        if tag == APPLIED:
            args = [self.inst(a, subst, pos) for a in t.args]  # type: ignore[attr-defined]
            ctor = t.ctor  # type: ignore[attr-defined]
            if ctor in subst:
                k = subst[ctor]
                if k is None:
                    v = InferVar(pos, False, ctor.name)
                    v.arity = ctor.arity
                    k = subst[ctor] = v
                if k.tag == VAR:
                    to = constructor(k)
                    if isinstance(to, Var | GenericParam):
                        return terms.applied(to, args)
                    return apply_constructor(to, args)
                if k.tag == ERROR:
                    return ERR
                if k.tag == APPLIED:
                    return terms.applied(k.ctor, args)  # type: ignore[attr-defined]
                return apply_constructor(k.item, args)  # type: ignore[attr-defined]
            return terms.applied(ctor, args)
        return terms.rebuild(t, lambda p: self.inst(p, subst, pos))

    def project(self, iface: InterfaceItem, args: list[Type], self_ty: Type, name: str, pos: int) -> Type:
        """The associated type ``iface<args>::name<self_ty>``; a variable that waits for ``self_ty`` if that is unknown."""
        s = self.known(self_ty)
        base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
        if base.tag == ERROR:
            return ERR
        if base.tag == VAR:
            if not base.literal:
                v = InferVar(pos, False, name)
                self.defer(s, _project_later, None, v, (iface, args, s, name, pos))
                return v
            base = INT
        if not base.has_vars:
            return self.world.normalize(terms.proj(iface, [resolved(a) for a in args], base, name))
        if base.tag == IFACE:
            for n, b in base.bindings:
                if n == name:
                    return b  # type: ignore[no-any-return]
            return self.world.normalize(terms.proj(iface, args, resolved(base), name))
        m = self.world.find_impl(base, iface)
        if m is None:
            return ERR
        return self.assoc_of(m, name, pos)

    def assoc_of(self, m: ImplMatch, name: str, pos: int) -> Type:
        """The definition of an associated type in an impl that was found."""
        t = m.impl.assocs.get(name)
        if t is None:
            return ERR
        subst: OpenSubst = dict(zip(m.impl.generics, m.targs, strict=True))
        return self.inst(t, subst, pos)

    # --------------------------------------------------------------- bounds

    def iface_args(self, t: Type, iface: InterfaceItem) -> tuple[Type, ...] | None:
        """The arguments with which the known type ``t`` has ``iface``; None if it has not. Views like what they show."""
        if t.tag == READONLY:
            t = t.inner  # type: ignore[attr-defined]
        tag = t.tag
        if tag == PARAM:
            for b in t.param.bounds:  # type: ignore[attr-defined]
                args = b.item.all_supers.get(iface)
                if args is not None:
                    if not args:
                        return ()
                    return tuple(
                        [self.inst(a, dict(zip(b.item.generics, b.args, strict=True)), -1) for a in args]
                    )
            return None
        if tag == IFACE:
            args = t.item.all_supers.get(iface)  # type: ignore[attr-defined]
            if args is None:
                return None
            if not args:
                return ()
            return tuple([self.inst(a, dict(zip(t.item.generics, t.args, strict=True)), -1) for a in args])  # type: ignore[attr-defined]
        if tag == PROJ or tag == FN or tag == CONT or tag == APPLIED or t is NEVER:
            return None
        m = self.world.find_impl(t, iface)
        return None if m is None else tuple(m.iface_args)

    def require(self, t: Type, bound: Iface, param: GenericParam, node: Any) -> None:
        """Require that ``t`` satisfies the bound of ``param`` (02 §8); reported at ``node``."""
        if not t.has_vars and not bound.has_vars:
            key = (t, bound)
            if key in self.shared.satisfied:
                return
            if t.tag == ERROR or bound.tag == ERROR:
                return
            reason = self.world.satisfies(t, bound)
            if reason is None:
                self.shared.satisfied.add(key)
            else:
                self.unsatisfied(t, bound, param, node, reason)
            return
        s = self.known(t)
        base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
        if base.tag == VAR:
            if base.literal:
                self.late.append(lambda: self.require(resolved(t), resolved(bound), param, node))  # type: ignore[arg-type]
            else:
                self.defer(s, _require_later, node, ERR, (t, bound, param))
            return
        if base.tag == ERROR:
            return
        # the parts may still be open: the interface's arguments and bindings are known all the same
        args = self.iface_args(s, bound.item)
        if args is None:
            self.unsatisfied(s, bound, param, node, "")
            return
        if not self.unify_all(args, bound.args):
            self.unsatisfied(s, bound, param, node, "")
            return
        for name, want in bound.bindings:
            got = self.project(bound.item, list(bound.args), s, name, node.pos)
            if not self.unify(got, want):
                self.unsatisfied(s, bound, param, node, f"its `{name}` is `{self.show(got)}`")
                return
        if self.ready:
            self.settle()
        self.late.append(lambda: self._require_at_end(t, bound, param, node))

    def _require_at_end(self, t: Type, bound: Iface, param: GenericParam, node: Any) -> None:
        t = resolved(t)
        b = resolved(bound)
        if not t.has_vars and not b.has_vars:
            self.require(t, b, param, node)  # type: ignore[arg-type]

    def unsatisfied(self, t: Type, bound: Type, param: GenericParam, node: Any, reason: str) -> None:
        """Report an unsatisfied bound: one of a parameter at a place, and none if a type that is written in this function has the same fault."""
        unfit = self.world.unfit
        if (node, param) in unfit or (None, t) in unfit:
            return
        unfit.add((node, param))
        self.error(
            "unsatisfied-bound",
            f"`{self.show(t)}` does not satisfy the bound `{param.name}: {self.show(bound)}`",
            node.pos,
            node.end,
            notes=[reason or f"there is no impl of `{self.show(bound)}` for `{self.show(t)}`"],
        )

    # ----------------------------------------------------------- the end

    def must_know(self, pos: int, end: int, t: Type, message: str) -> None:
        """Require that ``t`` is known when the function ends; else ``cannot-infer`` there."""
        self.open.append((pos, end, t, message))

    def finish(self) -> None:
        """Settle what is left, give defaults, report what stays unknown, resolve the records."""
        self.settle()
        late = self.late
        while True:
            progress = self._defaults()
            self.settle()
            if not progress:
                break
        done = 0
        while done < len(late):
            batch = late[done:]
            done = len(late)
            for f in batch:
                f()
            self.settle()
        self._report_open()
        self._report_constructors()
        if not self.errors:
            self._check_values()
        for lit in self.literals:
            t = lit.ty if lit.ty.tag == PRIM else resolved(lit.ty)
            if t is terms.BYTE and not 0 <= lit.value <= 255:  # type: ignore[operator]
                self.error(
                    "literal-range",
                    f"integer literal `{lit.value}` does not fit into `byte`",
                    lit.pos,
                    lit.end,
                )
        memo = self.shared.sizes
        limits = self.world.limits
        final: dict[Type, Type] = {}
        for pos, end, t, _ in self.open:
            t = resolve_parts(t, final)
            if t.tag != PRIM and not t.has_vars:
                n = memo.get(t) or measure(t, memo)
                if n[0] > limits.type_size or n[1] > limits.type_depth:
                    self._too_large(t, pos, end)
                    break
        for r in self.records:
            _RESOLVE[r.__class__](r)

    def _defaults(self) -> bool:
        """Literals that stayed open become ``int``; what only ``!`` has met becomes ``unit``."""
        progress = False
        for lit in self.literals:
            t = shallow(lit.ty)
            if t.tag == VAR:
                self.bind(t, INT)  # type: ignore[arg-type]
                progress = True
        found: list[InferVar] = []
        seen: set[object] = set()
        for _, _, t, _ in self.open:
            open_vars(t, found, seen)
        for p in self.pendings:
            if not p.done:
                open_vars(p.ty, found, seen)
        for v in found:
            if v.ref is None and v.never and v.arity == 0:
                self.bind(v, terms.UNIT)
                progress = True
        return progress

    def _report_open(self) -> None:
        entries = self.open
        for p in self.pendings:
            if not p.done and p.node is not None:
                entries.append((p.node.pos, p.node.end, p.ty, "cannot infer type"))
        entries.sort(key=_first)
        seen: set[object] = set()
        for pos, end, t, message in entries:
            found: list[InferVar] = []
            open_vars(t, found, seen)
            if found:
                self.error("cannot-infer", message, pos, end, help="add a type annotation")
                for v in found:
                    v.ref = ERR
                    if v.waiters:
                        self.ready += v.waiters
                        v.waiters = None
                self.settle()

    def _report_constructors(self) -> None:
        for node, g, t in self.open_ctors:
            if isinstance(constructor(t), Var) and not self.errors:
                self.error("cannot-infer", f"cannot infer type argument `{g.name}`", node.pos, node.end)

    def _check_values(self) -> None:
        for v in self.must_be_value:
            t = resolved(v)
            if terms.readonly(t) is not t:
                self.error("infinite-type", f"infinite type: `{t}` contains itself", v.pos, v.pos)


def _first(entry: tuple[int, int, Type, str]) -> tuple[int, int]:
    return entry[0], entry[1]


def _project_later(c: Ctx, p: Pending) -> None:
    iface, args, self_ty, name, pos = p.data
    got = c.project(iface, args, self_ty, name, pos)
    if not c.unify(p.result, got):
        c.mismatch(p.result, got, ast.Break(pos, pos + 1))


def _require_later(c: Ctx, p: Pending) -> None:
    t, bound, param = p.data
    c.require(t, bound, param, p.node)


def _resolve_fn(r: FnRef) -> None:
    r.targs = tuple([_resolve_arg(t) for t in r.targs])


def _resolve_method(r: MethodRef) -> None:
    r.self_ty = resolved(r.self_ty)
    r.iface_args = tuple([resolved(t) for t in r.iface_args])
    r.targs = tuple([_resolve_arg(t) for t in r.targs])


def _resolve_for(r: ForLoop) -> None:
    r.elem = resolved(r.elem)


def _resolve_lambda(r: LambdaInfo) -> None:
    r.ret = resolved(r.ret)


def _resolve_op(r: OpRef) -> None:
    r.args = tuple([resolved(t) for t in r.args])
    r.params = tuple([resolved(t) for t in r.params])
    r.ret = resolved(r.ret)


def _resolve_arg(t: Type) -> Type:
    """A type argument; a constructor is given as a term whose item or parameter is the constructor."""
    if t.tag == VAR and t.arity:  # type: ignore[attr-defined]
        to = constructor(t)
        if isinstance(to, GenericParam):
            return terms.applied(to, ())
        if isinstance(to, Var):
            return ERR
        return apply_constructor(to, ())
    return resolved(t)


_RESOLVE: dict[type, Callable[[Any], None]] = {
    FnRef: _resolve_fn,
    MethodRef: _resolve_method,
    ForLoop: _resolve_for,
    LambdaInfo: _resolve_lambda,
    OpRef: _resolve_op,
}
