"""Hosts that misbehave: classes that lie, values that change, handles made of nothing, threads, no memory. Nothing crashes, and sessions stay sound."""

from __future__ import annotations

import array
import gc
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import rusk

PROGRAM = rusk.compile(
    """
    use core::map::Map;
    pub struct Pt { x: int, y: [int] }
    pub enum Sh { C(float, int), N }
    pub extern fn cb(a: [int], p: Pt) -> int;
    pub extern fn tup(t: (int, [int], string)) -> int;
    interface E { fn ask(a: [Pt]) -> [Pt]; fn park(k: cont(int) -> int) -> unit; fn number() -> int; }
    interface W { fn w() -> int; }
    pub fn s(a: string) -> (string, int) { let n = 0; for c in a { n = n + 1; }; (a, n) }
    pub fn c(a: char) -> char { a }
    pub fn b(a: bytes) -> bytes { a }
    pub fn i(a: int) -> int { a }
    pub fn f(a: float) -> float { a }
    pub fn ints(a: [int]) -> [int] { a }
    pub fn floats(a: [float]) -> [float] { a }
    pub fn octets(a: [byte]) -> [byte] { a }
    pub fn bools(a: [bool]) -> [bool] { a }
    pub fn pt(a: Pt) -> Pt { a }
    pub fn sh(a: Sh) -> Sh { a }
    pub fn pair(a: (int, string)) -> (int, string) { a }
    pub fn m(a: Map<int, int>) -> Map<int, int> { a.insert(100, 1); a.remove(1); a }
    pub fn ms(a: Map<string, int>) -> Map<string, int> { a.insert("q", 1); a }
    pub fn call(n: int) -> int { let s = 0; for i in core::iter::range(0, n) { s = s + cb([i, s], Pt { x: i, y: [] }); }; s }
    pub fn tuple() -> int { tup((1, [2], "x")) }
    pub fn ask(n: int) -> int { let s = 0; for i in core::iter::range(0, n) { s = s + @E.ask([Pt { x: i, y: [i] }]).len(); }; s }
    pub fn number() -> int { @E.number() }
    fn task(n: int) -> int { match @W.w() { @W.w() -> k => { @E.park(k); 0 } v => v + n } }
    pub fn parks(n: int) -> int { for i in core::iter::range(0, n) { task(i); }; 7 }
    pub fn spin(n: int) -> int { let a = []; for i in core::iter::range(0, n) { a.push([i]); }; a.len() }
    pub fn points(n: int) -> [Pt] { let a = []; for i in core::iter::range(0, n) { a.push(Pt { x: i, y: [i] }); }; a }
    """,
    external=["E"],
)
Pt, Sh = PROGRAM.types.Pt, PROGRAM.types.Sh


class Encodes(str):
    def encode(self, *args: Any) -> Any:
        return 5


class EncodesBadly(str):
    def encode(self, *args: Any) -> Any:
        return b"\xff\xfe"


class Ascii(str):
    def isascii(self) -> bool:
        return True

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize("cls", [Encodes, EncodesBadly, Ascii])
def test_texts_are_taken_as_they_are(cls: type[str]) -> None:
    assert PROGRAM.call("s", cls("abcé")) == ("abcé", 4)
    assert PROGRAM.call("c", cls("é")) == "é"
    assert PROGRAM.call("ms", {cls("é"): 1}) == {"é": 1, "q": 1}
    with pytest.raises(rusk.HostTypeError, match="arg 0: expected char, got a str"):
        PROGRAM.call("c", cls("éa"))


class Octets(bytearray):
    def __bytes__(self) -> Any:
        return 5

    def __len__(self) -> int:
        return 1000


def test_bytes_are_taken_as_they_are() -> None:
    assert PROGRAM.call("b", Octets(b"abc")) == b"abc"
    released = memoryview(b"abc")
    released.release()
    for name in ("b", "octets"):
        with pytest.raises(rusk.HostTypeError, match="got memoryview"):
            PROGRAM.call(name, released)


class Values(dict):  # type: ignore[type-arg]
    def values(self) -> Any:
        return [1]

    def __iter__(self) -> Any:
        return iter([7, 8, 9])

    def __len__(self) -> int:
        return 1


class Pairs(list):  # type: ignore[type-arg]
    def __len__(self) -> int:
        return 1


class Index:
    def __init__(self, *values: Any) -> None:
        self.values = list(values)

    def __index__(self) -> Any:
        value = self.values[0] if len(self.values) == 1 else self.values.pop(0)
        if isinstance(value, BaseException):
            raise value
        return value


def test_maps() -> None:
    assert PROGRAM.call("m", Values({1: 2, 3: 4})) == {3: 4, 100: 1}
    assert PROGRAM.call("m", Pairs([(1, 2), (3, 4)])) == {3: 4, 100: 1}
    assert PROGRAM.call("m", {Index(5, 6): 1}) == {5: 1, 100: 1}  # asked once
    for equal in ({Index(5): 1, Index(5): 2}, [(5, 1), (5, 2)], {5: 1, Index(5): 2}):
        with pytest.raises(rusk.HostTypeError, match="expected core::map::Map<int, int>, got equal keys"):
            PROGRAM.call("m", equal)
    for bad in ([([], 1)], [(1, 2, 3)], {"x": 1}, {1.0: 1}, {True: 1}, {float("nan"): 1}, {None: 1}):
        with pytest.raises(rusk.HostTypeError):
            PROGRAM.call("m", bad)
    with pytest.raises(
        rusk.HostTypeError, match=r"arg 0\.key: expected string, got a str with lone surrogates"
    ):
        PROGRAM.call("ms", {"\ud800": 1})


class Items(list):  # type: ignore[type-arg]
    def __len__(self) -> int:
        return 100


class Two(tuple):  # type: ignore[type-arg]
    def __len__(self) -> int:
        return 2


def test_sequences() -> None:
    assert PROGRAM.call("ints", Items([1, 2])) == [1, 2]
    for wrong in (Two((1,)), Two((1, "x", 3))):
        with pytest.raises(rusk.HostTypeError, match="got a tuple of length [13]"):
            PROGRAM.call("pair", wrong)
    changing: list[Any] = [1]

    class Grows:
        def __index__(self) -> int:
            changing.clear()
            changing.extend(range(1000))
            return 2

    changing += [Grows(), 3]
    assert PROGRAM.call("ints", changing) == [1, 2, 3]


def test_numbers() -> None:
    class Nan(int):
        def __float__(self) -> float:
            return float("nan")

    assert PROGRAM.call("f", Nan(3)) == 3.0
    for bad in (10**400, (1 << 53) + 1, True, None, "1"):
        with pytest.raises(rusk.HostTypeError):
            PROGRAM.call("f", bad)
    for bad in (10**5000, 1 << 63, Index(1 << 70), True, 1.0):
        with pytest.raises(rusk.HostTypeError):
            PROGRAM.call("i", bad)
    with pytest.raises(TypeError):
        PROGRAM.call("i", Index("x"))
    with pytest.raises(KeyboardInterrupt):
        PROGRAM.call("ints", [1, Index(KeyboardInterrupt())])


def test_classes_that_somebody_changed() -> None:
    program = rusk.compile("pub enum E { C(float, int), N } pub fn f(e: E) -> E { e }")
    C = program.types.E.C
    for fields in ([1.0], [1.0, 2, 3], []):
        C.__rusk_values__ = lambda self, fields=fields: fields
        with pytest.raises(rusk.HostTypeError, match=f"expected E, got C with {len(fields)} fields"):
            program.call("f", C(1.0, 2))
    with pytest.raises(AttributeError):
        PROGRAM.call("pt", object.__new__(Pt))


def test_buffers_of_other_types() -> None:
    np = pytest.importorskip("numpy")
    good = {
        "ints": [np.arange(3, dtype="<i8"), np.arange(6)[:3], array.array("q", [0, 1, 2])],
        "floats": [np.arange(3.0)],
        "octets": [np.arange(3, dtype="u1"), bytearray(b"\0\1\2"), memoryview(b"\0\1\2")],
    }
    frozen = np.arange(3)
    frozen.setflags(write=False)
    good["ints"].append(frozen)
    bad = [
        np.arange(3, dtype=">i8"), np.arange(3, dtype=">f8"), np.arange(3, dtype="i4"), np.arange(3, dtype="u8"), np.array([True]), np.zeros((2, 2), dtype="i8"),
        np.arange(6)[::2], np.arange(6)[::-1], np.int64(5), np.array(5), np.array([1], dtype=object), np.zeros(2, dtype=[("a", "i8")]),
        np.zeros(2, dtype="M8[s]"), np.arange(3, dtype="i1"), np.broadcast_to(np.int64(7), (3,)), np.zeros((0, 3)), memoryview(b"a").cast("c"), array.array("i", [1]),
    ]  # fmt: skip
    for name in ("ints", "floats", "octets", "bools"):
        for value in good.get(name, []):
            assert PROGRAM.call(name, value) == [0, 1, 2]
        for value in bad:
            with pytest.raises(rusk.HostTypeError):
                PROGRAM.call(name, value)


# ---------------------------------------------------------------- handles


@pytest.mark.parametrize("cls", [rusk.ArrayView, rusk.TupleView, rusk.Cont])
def test_handles_made_of_nothing(cls: type) -> None:
    value: Any = cls.__new__(cls)
    assert "no" in repr(value)
    for use in (
        len,
        list,
        hash,
        memoryview,
        lambda v: v[0],
        lambda v: v.part(0),
        lambda v: v.drop(),
        lambda v: v.param,
    ):
        try:
            use(value)
        except (rusk.InvalidStateError, TypeError, AttributeError):
            pass
    host = rusk.Host()
    host.install("cb", lambda a, p: value, by_ref=True)
    with pytest.raises(rusk.Trap):
        PROGRAM.call("call", 1, host=host)


def kept_views() -> tuple[rusk.Session, list[Any]]:
    views: list[Any] = []
    host = rusk.Host()
    host.install("cb", lambda a, p: views.extend([a, p, p.y]) or 1, by_ref=True)
    host.install("tup", lambda t: views.append(t) or 1, by_ref=True)
    session = PROGRAM.start(entry="tuple", host=host)
    session.run()
    return session, views


def test_views_are_held_to_their_parts() -> None:
    session, (view,) = kept_views()
    assert (view[-1], len(view), list(view[1]), hash(view) == hash(view), repr(view)) == (
        "x", 3, [2], True, "<view of (int, [int], string)>",
    )  # fmt: skip
    for at in (3, -1, 1 << 40):
        with pytest.raises(IndexError):
            view.part(at)
        with pytest.raises(IndexError):
            view.assign(at, 1, "x")
    with pytest.raises(rusk.ReadonlyError):
        view.assign(0, 5, "0")
    inner = view[1]
    session.close()
    for use in (
        lambda: view[0],
        lambda: inner[0],
        lambda: list(inner),
        lambda: memoryview(inner),
        lambda: len(inner),
    ):
        with pytest.raises(rusk.InvalidStateError, match="session is closed"):
            use()
    assert repr(inner) == "<view of a closed session: [int]>"


def test_handles_dropped_by_other_threads() -> None:
    session = PROGRAM.start(entry="parks", args=(1000,))
    handles: list[Any] = []
    ended: list[bool] = []

    def drop() -> None:
        while handles or not ended:
            try:
                handles.pop()
            except IndexError:
                time.sleep(0)

    threads = [threading.Thread(target=drop) for _ in range(3)]
    for t in threads:
        t.start()
    while isinstance(outcome := session.step(), rusk.Request):
        handles.append(outcome.args[0])
        session.resume(outcome.k)
    ended.append(True)
    for t in threads:
        t.join()
    del outcome
    gc.collect()
    session._machine.check_heap()
    session._machine.collect()
    session._machine.check_heap()
    assert session.conts == {}


def test_one_session_hammered_by_threads() -> None:
    host = rusk.Host()
    host.install("cb", lambda a, p: len(a), by_ref=True)
    session = PROGRAM.start(entry="call", args=(3000,), host=host)
    results: list[Any] = []
    said: set[str] = set()

    def use() -> None:
        uses: list[Callable[[], Any]] = [
            lambda: session.step(fuel=500), session.to_text, session.traceback, session.interrupt, session.save, lambda: session.memory_used,
        ]  # fmt: skip
        while not results:
            for f in uses:
                try:
                    outcome = f()
                    if isinstance(outcome, (rusk.Done, rusk.Trapped)):
                        results.append(outcome)
                except rusk.InvalidStateError as e:
                    said.add(str(e))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert isinstance(results[0], rusk.Done) and results[0].value == 6000
    session._machine.check_heap()


def test_closed_in_the_middle() -> None:
    for wait in (0, 0.001, 0.003):
        session = PROGRAM.start(entry="spin", args=(2_000_000,))
        thread = threading.Thread(target=session.step)
        thread.start()
        time.sleep(wait)
        try:
            session.close()
        except rusk.InvalidStateError as e:
            assert str(e) == "session is used by another thread"
        session.interrupt()
        thread.join()


# ---------------------------------------------------------------- exceptions


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


def raising(e: BaseException) -> Callable[..., Any]:
    def f(*args: Any) -> Any:
        raise e

    return f


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (raising(Mute()), "failed: host error: Mute"),
        (raising(Exception("{} {0}")), "failed: host error: {} {0}"),
        (raising(StopIteration(1)), "failed: host error: 1"),
        (raising(RecursionError("r")), "failed: host error: r"),
        (lambda *args: Index(ValueError("v")), "return conversion: v"),
    ],
)
def test_exceptions_of_host_functions(function: Any, message: str) -> None:
    host = rusk.Host()
    host.install("cb", function)
    call = PROGRAM.function("call", host=host)
    for _ in range(2):
        with pytest.raises(rusk.Trap) as caught:
            call(1)
        assert caught.value.message == f"host call `cb` {message}"


@pytest.mark.parametrize("error", [KeyboardInterrupt("now"), SystemExit(3), GeneratorExit()])
@pytest.mark.parametrize("late", [False, True])
def test_what_is_no_exception_leaves_the_session_trapped(error: BaseException, late: bool) -> None:
    host = rusk.Host()
    host.install("cb", (lambda *args: Index(error)) if late else raising(error))
    session = PROGRAM.start(entry="call", args=(1,), host=host)
    with pytest.raises(type(error)):
        session.step()
    assert session.state == "trapped"
    assert isinstance(session.step(), rusk.Trapped)


def test_an_interrupted_answer_leaves_it_suspended() -> None:
    session = PROGRAM.start(entry="number")
    request = session.step()
    assert isinstance(request, rusk.Request)
    for error in (KeyboardInterrupt(), ValueError()):
        with pytest.raises(type(error)):
            session.resume(request.k, Index(error))
        assert session.state == "suspended"
    session.resume(request.k, 5)
    assert session.run() == 5


# ---------------------------------------------------------------- no memory


def _ask() -> Any:
    session = PROGRAM.start(entry="ask", args=(2,))
    while True:
        outcome = session.step()
        if isinstance(outcome, rusk.Done):
            return outcome.value
        if isinstance(outcome, rusk.Trapped):
            raise outcome.trap
        assert isinstance(outcome, rusk.Request)
        session.resume(outcome.k, outcome.refs[0])


def _call() -> Any:
    host = rusk.Host()
    host.install("cb", lambda a, p: len(a) + p.x, by_ref=True)
    return PROGRAM.call("call", 3, host=host)


def _save() -> Any:
    session = PROGRAM.start(entry="ask", args=(2,))
    session.step()
    return PROGRAM.load(session.save()).state


@pytest.mark.parametrize(
    "use",
    [
        _ask,
        _call,
        _save,
        lambda: PROGRAM.call("points", 4) == [Pt(i, [i]) for i in range(4)],
        lambda: PROGRAM.call("ms", {"a": 1, "b": 2}),
        lambda: PROGRAM.call("sh", Sh.C(1.0, 2)),
    ],
)  # fmt: skip
def test_every_allocation_may_fail(use: Callable[[], Any]) -> None:
    testcapi = pytest.importorskip("_testcapi")
    want = use()
    for n in range(1, 300):
        testcapi.set_nomemory(n, n + 1)
        try:
            found = use()
        except (MemoryError, rusk.Trap, rusk.LoadError, SystemError):  # SystemError: an interpreter's own
            found = None
        finally:
            testcapi.remove_mem_hooks()
        assert found is None or found == want
    assert use() == want
