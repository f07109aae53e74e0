"""A function of a live session as a Python callable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk import _extend, _interp
from rusk.embed.errors import HostTypeError, Trap
from rusk.repl.reading import read
from rusk.repl.session import Failed
from rusk.syntax import ast

if TYPE_CHECKING:
    from rusk.repl.building import Definition
    from rusk.repl.python import PythonRepl


class RuskFunction:
    """A function of a live session; when it is defined again, the new one.

    A call raises `rusk.Trap` with what the program was doing; `rusk.HostTypeError` and TypeError for arguments that do not fit.
    """

    def __init__(self, repl: PythonRepl, name: str) -> None:
        """Errors: `Failed` for a function that Python cannot call: a generic one, or one with types that cannot cross."""
        self.__name__ = self.__qualname__ = name
        self.__doc__: str | None = None
        self._repl = repl
        self._arguments: tuple[Any, ...] = ()
        self._result: Any = None
        #: what the call was made for
        self._session: object = None
        self._definitions: list[Definition] = []
        self._make()

    def _make(self) -> None:
        """Compile the input that calls the function: it fetches the arguments, and hands over the result."""
        repl, name = self._repl, self.__name__
        found = [d for d in repl.definitions if ("name", name) in d.keys]
        item = read(found[0].text).parts[0].item if found else None
        if not isinstance(item, ast.FnDecl):
            raise Failed(message=f"there is no function `{name}` any more")
        if item.generics:
            raise Failed(message=f"`{name}` cannot be called from Python: it is generic")
        text = found[0].text
        types = [text[p.ty.pos : p.ty.end] for p in item.params if p.ty is not None]
        ret = "unit" if item.ret is None else text[item.ret.pos : item.ret.end]
        fetch, give = repl.host(lambda: self._arguments), repl.host(self._take)
        declared = f"extern fn {fetch}() -> ({', '.join(types)},);\n" if types else ""
        call = f"{name}({', '.join([f'a.{i}' for i in range(len(types))])})"
        if ret not in ("unit", "()", "!"):
            declared += f"extern fn {give}(value: {ret}) -> unit;\n"
            call = f"{give}({call})"
        try:
            self._func = repl.prepared(
                f"{declared}{{ {f'const a = {fetch}(); ' if types else ''}{call}; }}", False
            )
        except Failed as e:
            reason = e.diagnostics[0].message if e.diagnostics else e.message
            raise Failed(message=f"`{name}` cannot be called from Python: {reason}") from None
        self._count, self._fetch = len(types), fetch
        self._session, self._definitions = repl.session, repl.definitions
        self.__doc__ = text[: item.body.pos].rstrip() if item.body is not None else text

    def _look_again(self) -> None:
        """Inputs have been made since the call was compiled: compile it again if they define anything."""
        if self._session is self._repl.session and self._definitions == self._repl.definitions:
            self._definitions = self._repl.definitions
            return
        try:
            self._make()
        except Failed as e:
            raise TypeError(e.message) from None

    def _take(self, value: Any) -> None:
        self._result = value

    def __call__(self, *args: Any) -> Any:
        """Call it."""
        repl = self._repl
        with repl.lock:
            if self._definitions is not repl.definitions or self._session is not repl.session:
                self._look_again()
            if len(args) != self._count:
                raise TypeError(f"{self.__name__} takes {self._count} arguments, got {len(args)}")
            session = repl.session
            assert session is not None
            self._arguments = args
            try:
                _extend.again(session, self._func, None)
                status = session.step()
                if status == _interp.DONE:
                    return self._result
            finally:
                self._arguments, self._result = (), None
            message, cause = session.trap_message or "trap", session.cause
            if message.startswith(f"host call `{self._fetch}` return"):
                raise HostTypeError(f"arguments of {self.__name__}: {message.rpartition(': ')[2]}")
            raise Trap(
                message, [f for f in repl.frames(session) if not f[1].startswith("<input python")]
            ) from cause

    def __repr__(self) -> str:
        return f"<Rusk function {self.__doc__}>"
