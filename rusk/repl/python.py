"""A live session that exchanges values with Python: variables go in, variables, functions and types come out (docs/jupyter.md).

Values cross the boundary as those of host functions do (08 §3, §4), because that is how they cross: what is brought in is the result of an `extern fn` that
a short input of its own calls, and what is taken out is an argument of one.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

from rusk import _interp
from rusk.embed.errors import HostTypeError
from rusk.embed.values import Classes, Opaque
from rusk.repl.building import RUN, Plan, definitions, merged
from rusk.repl.reading import read
from rusk.repl.session import Failed, Repl, Result, Stopped
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.fragments import parse_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rusk.code.image import Image

#: what the functions behind the exchange are called, with a number
_HIDDEN = "__python_"


class PythonRepl(Repl):
    """A live session. ``namespace``: the classes of its structs and enums by their Rusk path, as `rusk.Program.types`."""

    def __init__(self, hosts: dict[str, Callable[..., object]], **options: Any) -> None:
        #: one user at a time; a function of the session may be called from any thread
        self.lock = RLock()
        self.serial = 0
        self.converts = False
        super().__init__(dict(hosts), **options)

    def reset(self) -> None:
        """Forget everything. Functions taken out before stop working."""
        super().reset()
        self.classes: Classes | None = None

    def code(self, image: Image) -> _interp.Code:
        """A program for the engine, with the classes of its types; a type that is as it was keeps its class."""
        code = _interp.Code(image)
        self.classes = Classes(image, None if self.classes is None else self.classes.forms)
        code.makers = self.classes.makers
        code.splitters = self.classes.splitters
        code.viewers = self.classes.viewers
        return code

    def run(self, text: str, name: str | None = None) -> Result:
        """As `Repl.run`."""
        with self.lock:
            return super().run(text, name)

    def evaluate(self, text: str, name: str | None = None) -> tuple[Result, Any]:
        """As `run`, with the value of the input for Python instead of its text: None without one, `Opaque` for one of a type that cannot cross (08 §3)."""
        with self.lock:
            self.value: Any = None
            self.converts = True
            try:
                return super().run(text, name), self.value
            finally:
                self.value, self.converts = None, False

    def finished(self, result: Result) -> None:
        if not self.converts:
            super().finished(result)
            return
        assert self.session is not None
        try:
            self.value = self.session.result()
        except (TypeError, HostTypeError):
            self.value = Opaque(self.session.to_text())

    # ------------------------------------------------------------ in

    def bring(self, values: Mapping[str, tuple[str, Any]]) -> None:
        """Declare variables with values of Python. values: name -> Rusk type as written, value.

        Errors: `Failed` for a name or a type that is none, and for a value that does not fit its type.
        """
        with self.lock:
            for name, (written, value) in values.items():
                wrong = parse_type(written)
                if isinstance(wrong, str):
                    raise Failed(message=f"cannot bring in `{name}: {written}`: {wrong}")
                once = [value]  # the session keeps the function, and need not keep the value
                function = self.host(once.pop)
                text = f"extern fn {function}() -> {written};\nlet {name} = {function}();"
                try:
                    super().run(text, self._number())
                except Failed as e:
                    reason = e.diagnostics[0].message if e.diagnostics else e.message
                    raise Failed(message=f"cannot bring in `{name}: {written}`: {reason}") from None
                except Stopped as e:
                    raise Failed(
                        message=f"`{name}` is no `{written}`: {e.message.rpartition(': ')[2]}"
                    ) from None
                finally:
                    del self.hosts[function]
                    self.definitions = [d for d in self.definitions if ("name", function) not in d.keys]

    # ------------------------------------------------------------ out

    def take_out(self, name: str) -> Any:
        """What a name stands for, in Python: the value of a variable, a function as a callable, the class of a struct or an enum.

        Errors: `Failed` if it stands for nothing, or for what cannot cross.
        """
        with self.lock:
            for variable in self.variables or ():
                if variable.name == name:
                    return self._value(name, variable.type)
            for d in self.definitions:
                if ("name", name) in d.keys:
                    item = read(d.text).parts[0].item
                    if isinstance(item, ast.FnDecl):
                        from rusk.repl.function import RuskFunction

                        return RuskFunction(self, name)
                    if isinstance(item, (ast.StructDecl, ast.EnumDecl)):
                        return self._class(name)
        raise Failed(message=f"there is no variable, function, struct or enum `{name}`")

    def _value(self, name: str, written: str) -> Any:
        found: list[Any] = []
        function = self.host(found.append)
        text = f"extern fn {function}(value: {written}) -> unit;\n{function}({name});"
        try:
            func = self.prepared(text, True)
        except Failed:
            del self.hosts[function]
            raise Failed(message=f"`{name}` cannot become a value of Python: it is a `{written}`") from None
        self.execute(func, False)
        return found.pop()

    def _class(self, name: str) -> Any:
        # an input that mentions the type, so that the program has it, as it is now
        function = self.host(lambda: None)
        try:
            self.prepared(f"extern fn {function}() -> {name};\n{{ const a = {function}(); }}", False)
        except Failed as e:
            reason = e.diagnostics[0].message if e.diagnostics else e.message
            raise Failed(message=f"`{name}` has no class in Python: {reason}") from None
        assert self.classes is not None
        return getattr(self.classes.types, name)

    def prepared(self, text: str, variables: bool) -> int:
        """Compile a hidden input and link it, without running it; the number of its function. Its definitions are its own.

        variables: whether it sees the variables, so that the function takes what is kept. Errors: `Failed`.
        """
        source = Source(f"<input {self._number()}>", text)
        given = read(text, source.path)
        if given.errors:
            raise Failed(given.errors)
        every, _ = merged(self.definitions, definitions(source, given.parts))
        before, last = (self.variables, self.last) if variables else (None, "unit")
        plan = Plan(source, given.parts, every, before, last)
        plan.types = self.checked(plan)
        compiled, built = self.final(plan)
        return self.load(compiled, source.path, built, frozenset())[RUN]

    def host(self, function: Callable[..., Any]) -> str:
        """A name for a host function of the exchange."""
        self.serial += 1
        name = f"{_HIDDEN}{self.serial}"
        self.hosts[name] = function
        return name

    def _number(self) -> str:
        self.serial += 1
        return f"python {self.serial}"
