"""Rusk for Python: a small, statically typed language with effects, as scripts confined to what their host grants.

``docs/language/08-host.md`` is the contract of everything named here. Names are loaded when they are first used:
``import rusk`` itself imports nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rusk._interp import Function as Function
    from rusk._values import ArrayView as ArrayView
    from rusk._values import Cont as Cont
    from rusk._values import TupleView as TupleView
    from rusk.code.errors import LoadError as LoadError
    from rusk.embed.effects import Effects as Effects
    from rusk.embed.errors import CompileError as CompileError
    from rusk.embed.errors import Diagnostic as Diagnostic
    from rusk.embed.errors import EffectError as EffectError
    from rusk.embed.errors import Frame as Frame
    from rusk.embed.errors import HostTypeError as HostTypeError
    from rusk.embed.errors import InvalidContinuationError as InvalidContinuationError
    from rusk.embed.errors import InvalidStateError as InvalidStateError
    from rusk.embed.errors import ReadonlyError as ReadonlyError
    from rusk.embed.errors import RuskError as RuskError
    from rusk.embed.errors import Trap as Trap
    from rusk.embed.host import Host as Host
    from rusk.embed.host import HostModule as HostModule
    from rusk.embed.host import stdio as stdio
    from rusk.embed.program import Program as Program
    from rusk.embed.program import compile as compile
    from rusk.embed.program import compile_file as compile_file
    from rusk.embed.session import Done as Done
    from rusk.embed.session import Outcome as Outcome
    from rusk.embed.session import Request as Request
    from rusk.embed.session import Session as Session
    from rusk.embed.session import Trapped as Trapped
    from rusk.embed.session import Yield as Yield
    from rusk.embed.values import Err as Err
    from rusk.embed.values import Ok as Ok
    from rusk.embed.values import Opaque as Opaque
    from rusk.embed.values import Some as Some
    from rusk.limits import Limits as Limits

#: public name -> module that defines it
_WHERE = {
    "ArrayView": "_values",
    "CompileError": "embed.errors",
    "Cont": "_values",
    "Diagnostic": "embed.errors",
    "Done": "embed.session",
    "EffectError": "embed.errors",
    "Effects": "embed.effects",
    "Err": "embed.values",
    "Frame": "embed.errors",
    "Function": "_interp",
    "Host": "embed.host",
    "HostModule": "embed.host",
    "HostTypeError": "embed.errors",
    "InvalidContinuationError": "embed.errors",
    "InvalidStateError": "embed.errors",
    "Limits": "limits",
    "LoadError": "code.errors",
    "Ok": "embed.values",
    "Opaque": "embed.values",
    "Outcome": "embed.session",
    "Program": "embed.program",
    "ReadonlyError": "embed.errors",
    "Request": "embed.session",
    "RuskError": "embed.errors",
    "Session": "embed.session",
    "Some": "embed.values",
    "Trap": "embed.errors",
    "Trapped": "embed.session",
    "TupleView": "_values",
    "Yield": "embed.session",
    "compile": "embed.program",
    "compile_file": "embed.program",
    "stdio": "embed.host",
}

__all__ = ["__version__", *_WHERE]  # noqa: PLE0604


#: for IPython's ``%load_ext rusk``; not a name for programs
_EXTENSION = {"load_ipython_extension": "ipython"}


def __getattr__(name: str) -> object:
    where = _WHERE.get(name) or _EXTENSION.get(name)
    if where is None:
        raise AttributeError(f"module 'rusk' has no attribute {name!r}")
    import importlib

    value: object = getattr(importlib.import_module("rusk." + where), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
