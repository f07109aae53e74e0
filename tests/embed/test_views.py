"""Arguments by reference, and arrays as memory (08 §4.2)."""

from __future__ import annotations

import array
import gc
import threading
import time
from typing import Any

import pytest

import rusk

SOURCE = """
pub struct Point { x: int, name: string, inner: Inner }
pub struct Inner { v: float, b: byte, more: [int] }
pub enum Shape { Circle(float), Group([Shape]), At(Point), Empty }
extern fn look(p: Point) -> Point;
extern fn ints(a: [int]) -> [int];
extern fn data(a: [byte], f: [float]) -> unit;
extern fn rows(a: [[int]]) -> [[int]];
extern fn pair(t: (int, [int])) -> (int, [int]);
extern fn shape(s: Shape) -> Shape;
extern fn option(o: Option<[int]>) -> Option<[int]>;
extern fn result(o: Result<[int], string>) -> unit;
extern fn frozen(a: readonly [Point]) -> unit;
extern fn take(a: [int]) -> unit;
extern fn map(m: core::map::Map<string, [int]>) -> unit;
interface Ask { fn row(a: [int], p: Point) -> [int]; }

fn point() -> Point { Point { x: 1, name: "p", inner: Inner { v: 1.5, b: (97).to_byte(), more: [1, 2] } } }
pub fn t_look() -> (int, string, float, [int]) { let p = point(); let q = look(p); q.x = q.x + 100; (p.x, p.name, p.inner.v, p.inner.more) }
pub fn t_ints() -> [int] { let a = [1, 2, 3]; let b = ints(a); b.push(4); a }
pub fn t_data() -> ([byte], [float]) { let a = [(97).to_byte(), (98).to_byte()]; let f = [1.0, 2.0]; data(a, f); (a, f) }
pub fn t_rows() -> [[int]] { let r = [[1], [2]]; let s = rows(r); s[0].push(9); r }
pub fn t_pair() -> (int, [int]) { let t = (1, [2]); let u = pair(t); u.1.push(3); t }
pub fn t_shape() -> Shape { shape(Shape::Group([Shape::Circle(1.0), Shape::Empty, Shape::At(point())])) }
pub fn t_option() -> [int] { let a = [1]; match option(Some(a)) { Some(b) => b.push(2), None => a.push(7) }; a }
pub fn t_result() { let a = [1]; result(Result::Ok(a)); }
pub fn t_frozen() { frozen([point()]); }
pub fn t_pop() -> [int] { let a = [1, 2, 3]; take(a); a.pop(); a }
pub fn t_push() -> [int] { let a = [1, 2, 3]; take(a); a.push(4); a }
pub fn t_set() -> [int] { let a = [1, 2, 3]; take(a); a[0] = 10; a }
pub fn t_map() { let m = core::map::Map::new(); m.insert("a", [1]); map(m); }
pub fn t_ask() -> [int] { let a = [1, 2]; let p = point(); let b = @Ask.row(a, p); b.push(p.x); a }
pub fn t_loop() -> [int] { let a = [1, 2, 3]; take(a); let i = 0; while i < 100000000000 { a[1] = i; i = i + 1; } a }
"""
P = rusk.compile(SOURCE, external=["Ask"])
T = P.types


def call(entry: str, function: Any, *, name: str | None = None) -> Any:
    """Run an entry point with one host function, which gets views."""
    host = rusk.Host()
    host.install(name or entry.removeprefix("t_"), function, by_ref=True)
    session = P.start(entry=entry, host=host)
    value = session.run()
    session._machine.check_heap()
    return value


def test_struct() -> None:
    seen = []

    def look(p: Any) -> Any:
        assert isinstance(p, T.Point)
        match p:
            case T.Point(x, name, inner):
                seen.append((x, name, inner.v, inner.b, list(inner.more)))
        p.x += 10
        p.name = "new"
        p.inner.v = 2
        p.inner.more[0] = 42
        with pytest.raises(rusk.HostTypeError, match="x: expected int, got str"):
            p.x = "no"
        with pytest.raises(AttributeError):
            p.z = 1
        with pytest.raises(AttributeError):
            p.z  # noqa: B018
        assert p == p and p.inner == p.inner and hash(p) == hash(p)
        assert repr(p).startswith("Point(x=11, name='new', inner=Inner(v=2.0, b=97, more=<view of [int]")
        with pytest.raises(TypeError):
            type(p)(1, 2, 3)
        return p

    assert call("t_look", look) == (111, "new", 2.0, [42, 2])
    assert seen == [(1, "p", 1.5, 97, [1, 2])]


def test_new_parts() -> None:
    def look(p: Any) -> Any:
        p.inner = T.Inner(7.0, 1, [9])
        p.inner.more[0] = 8
        return p

    assert call("t_look", look) == (101, "p", 7.0, [8])


def test_array() -> None:
    def ints(a: Any) -> Any:
        assert isinstance(a, rusk.ArrayView)
        assert len(a) == 3 and list(a) == [1, 2, 3] and a[-1] == 3
        a[0] = 5
        a[-1] = 6
        for bad in (3, -4, 1 << 62):
            with pytest.raises(IndexError):
                a[bad]
            with pytest.raises(IndexError):
                a[bad] = 1
        with pytest.raises(rusk.HostTypeError, match=r"\[0\]: expected int, got bool"):
            a[0] = True
        return a

    assert call("t_ints", ints) == [5, 2, 6, 4]


def test_memory() -> None:
    def data(a: Any, f: Any) -> None:
        with memoryview(a) as m:
            assert (m.format, m.itemsize, m.shape, m.readonly, m.tobytes()) == ("B", 1, (2,), False, b"ab")
            m[0] = 200
        with memoryview(f) as m:
            assert (m.format, m.tolist()) == ("d", [1.0, 2.0])
            m[1] = -0.5
            assert m[::-1].tolist() == [-0.5, 1.0]

    assert call("t_data", data) == ([200, 98], [1.0, -0.5])


def test_numpy() -> None:
    np = pytest.importorskip("numpy")

    def ints(a: Any) -> Any:
        v = np.asarray(a)
        assert v.dtype == np.int64
        v *= 2
        del v
        gc.collect()
        return a

    assert call("t_ints", ints) == [2, 4, 6, 4]
    echo = rusk.compile("pub fn f(a: [float]) -> [float] { a }\npub fn i(a: [int]) -> int { a.len() }")
    assert echo.call("f", np.arange(5) / 2) == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert echo.call("i", np.zeros(1000, dtype=np.int64)) == 1000
    for bad in (np.arange(5), np.zeros((2, 2)), np.zeros(4, dtype=np.float32), np.arange(10.0)[::2]):
        with pytest.raises(rusk.HostTypeError, match=r"arg 0: expected \[float\], got ndarray"):
            echo.call("f", bad)


def test_nested_arrays_and_identity() -> None:
    def rows(a: Any) -> Any:
        assert a[0] == a[0] and a[0] != a[1]
        a[1] = a[0]
        return [a[1], a[0]]

    assert call("t_rows", rows) == [[1, 9], [1, 9]]


def test_tuple() -> None:
    def pair(t: Any) -> Any:
        assert isinstance(t, rusk.TupleView)
        assert len(t) == 2 and t[0] == 1 and list(t[1]) == [2]
        number, items = t
        assert number == 1 and items == t[1]
        with pytest.raises(IndexError):
            t[2]
        with pytest.raises(TypeError):
            t[0] = 5
        return t

    assert call("t_pair", pair) == (1, [2, 3])


def test_enum() -> None:
    def shape(s: Any) -> Any:
        assert isinstance(s, T.Shape) and isinstance(s, T.Shape.Group)
        match s:
            case T.Shape.Group(parts):
                assert len(parts) == 3
        circle, empty, at = s._0
        assert circle._0 == 1.0 and isinstance(empty, T.Shape.Empty)
        at._0.x = 77
        with pytest.raises(AttributeError):
            circle._0 = 3.0
        return at

    value = call("t_shape", shape)
    assert value == T.Shape.At(T.Point(77, "p", T.Inner(1.5, 97, [1, 2])))


def test_option_result_map() -> None:
    def option(o: Any) -> Any:
        assert isinstance(o, rusk.Some) and isinstance(o.value, rusk.ArrayView)
        o.value[0] = 3
        return o

    assert call("t_option", option) == [3, 2]
    assert call("t_option", lambda o: None) == [1, 7]
    assert call("t_option", lambda o: o.value) == [1, 2]
    seen = []
    call("t_result", lambda r: seen.append((type(r), list(r.value))))
    call("t_map", lambda m: seen.append(m))
    assert seen == [(rusk.Ok, [1]), {"a": [1]}]


def test_readonly() -> None:
    def frozen(a: Any) -> None:
        p = a[0]
        for write in (
            lambda: setattr(p, "x", 1),
            lambda: setattr(p.inner, "v", 1.0),
            lambda: a.__setitem__(0, p),
        ):
            with pytest.raises(rusk.ReadonlyError):
                write()
        with memoryview(p.inner.more) as m:
            assert m.readonly
        with pytest.raises(rusk.ReadonlyError):
            p.inner.more[0] = 1

    call("t_frozen", frozen)


def test_a_readonly_view_is_no_mutable_argument() -> None:
    program = rusk.compile(
        "extern fn get(a: readonly [int]) -> [int]; pub fn f() -> [int] { let a = [1]; get(a).push(2); a }"
    )
    host = rusk.Host()
    host.install("get", lambda a: a, by_ref=True)
    with pytest.raises(rusk.Trap, match=r"expected \[int\], got a view of readonly \[int\]"):
        program.call("f", host=host)


@pytest.mark.parametrize("entry", ["t_pop", "t_push"])
def test_length_is_fixed_while_memory_is_shared(entry: str) -> None:
    kept = []
    host = rusk.Host()
    host.install("take", lambda a: kept.append(memoryview(a)), by_ref=True)
    session = P.start(entry=entry, host=host)
    with pytest.raises(rusk.Trap, match="^array is shared with the host$"):
        session.run()
    assert kept[0].tolist() == [1, 2, 3]


def test_shared_and_given_back() -> None:
    kept: list[Any] = []
    assert call("t_set", lambda a: kept.append(memoryview(a)), name="take") == [10, 2, 3]
    assert kept[0].tolist() == [10, 2, 3]
    two: list[Any] = []

    def briefly(a: Any) -> None:
        two.extend([memoryview(a), memoryview(a)])
        two.pop().release()
        two.pop().release()

    assert call("t_push", briefly, name="take") == [1, 2, 3, 4]


def test_closing_waits_for_buffers() -> None:
    kept: list[Any] = []
    host = rusk.Host()
    host.install("take", lambda a: kept.extend([a, memoryview(a)]), by_ref=True)
    session = P.start(entry="t_set", host=host)
    session.run()
    session.close()
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        kept[0][0]
    assert kept[1].tolist() == [10, 2, 3]
    kept[1][0] = 4
    kept[1].release()
    assert session.memory_used == 0
    del kept[:], session
    gc.collect()


def test_given_back_while_the_session_runs() -> None:
    kept: list[Any] = []
    host = rusk.Host()
    host.install("take", lambda a: kept.append(memoryview(a)), by_ref=True)
    session = P.start(entry="t_loop", host=host)
    assert isinstance(session.step(fuel=100), rusk.Yield)
    started = threading.Event()

    def run() -> None:
        started.set()
        session.step()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    time.sleep(0.05)
    kept.pop().release()
    gc.collect()
    while thread.is_alive():
        session.interrupt()
        thread.join(0.01)
    session._machine.check_heap()
    assert not session._machine.traceback() == []


def test_requests() -> None:
    session = P.start(entry="t_ask")
    request = session.step()
    assert isinstance(request, rusk.Request)
    row, point = request.refs
    assert list(row) == [1, 2] and request.args[0] == [1, 2]
    row[0] = 50
    point.x = 60
    session.resume(request.k, row)
    assert session.run() == [50, 2, 60]
    assert row[0] == 50 and len(row) == 3
    with pytest.raises(rusk.InvalidStateError):
        request.refs  # noqa: B018


def test_views_belong_to_their_session() -> None:
    one, two = P.start(entry="t_ask"), P.start(entry="t_ask")
    r1, r2 = one.step(), two.step()
    assert isinstance(r1, rusk.Request) and isinstance(r2, rusk.Request)
    with pytest.raises(rusk.HostTypeError, match="value: expected .int., got a view of another session"):
        two.resume(r2.k, r1.refs[0])
    array, view = r1.refs
    one.close()
    for use in (
        lambda: len(array),
        lambda: array[0],
        lambda: list(array),
        lambda: hash(view),
        lambda: view == view,
    ):
        with pytest.raises(rusk.InvalidStateError, match="session is closed"):
            use()
    assert repr(array) == "<view of a closed session: [int]>"
    with pytest.raises((rusk.InvalidStateError, BufferError)):
        memoryview(array)
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        view.x  # noqa: B018
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        view.x = 1


def test_views_keep_objects_alive() -> None:
    session = P.start(entry="t_ask")
    request = session.step()
    assert isinstance(request, rusk.Request)
    row, point = request.refs
    session.drop(request.k)
    inner = point.inner
    del point, request
    for _ in range(3):
        gc.collect()
        session._machine.check_heap()
    assert inner.v == 1.5 and list(inner.more) == [1, 2] and list(row) == [1, 2]


def test_buffers_of_wrong_kinds() -> None:
    echo = rusk.compile("pub fn f(a: [int], b: [byte]) -> int { a.len() + b.len() }")
    assert echo.call("f", array.array("q", [1, 2]), b"ab") == 4
    assert echo.call("f", memoryview(array.array("l", [1, 2])), memoryview(b"abc")[1:]) == 4
    assert echo.call("f", array.array("q"), bytearray()) == 0
    for bad in (
        array.array("Q", [1]),
        array.array("i", [1, 2]),
        memoryview(array.array("q", [1, 2, 3]))[::2],
        b"12345678",
    ):
        with pytest.raises(rusk.HostTypeError, match=r"arg 0: expected \[int\]"):
            echo.call("f", bad, b"")
    for bad in (array.array("b", [1]), memoryview(b"abcd")[::2], "ab"):
        with pytest.raises(rusk.HostTypeError, match=r"arg 1: expected \[byte\]"):
            echo.call("f", [], bad)
