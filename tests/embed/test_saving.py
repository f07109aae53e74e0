"""Saved sessions: what they keep, what they refuse (08 §7.4)."""

from __future__ import annotations

import copy
import random
from struct import pack
from typing import Any
from zlib import crc32

import pytest
import save_everywhere

import rusk

ASK = "interface Ask { fn number(prompt: string) -> int; fn pair(p: (int, string)) -> [int]; }\n"


def compiled(source: str) -> rusk.Program:
    return rusk.compile(ASK + source, external=["Ask"])


def parked(program: rusk.Program, **options: Any) -> tuple[rusk.Session, rusk.Request]:
    """A session at its first request."""
    session = program.start(**options)
    request = session.step()
    assert isinstance(request, rusk.Request)
    return session, request


def value(got: rusk.Outcome) -> Any:
    """What `main` returned."""
    assert isinstance(got, rusk.Done), got
    return got.value


def resumed(session: rusk.Session, answer: Any) -> Any:
    """Answer the request that a session waits at, and run it to its end."""
    request = session.request
    assert request is not None
    session.resume(request.k, answer)
    return value(session.step())


# ---------------------------------------------------------------- what is kept


def test_request() -> None:
    program = compiled('fn main() -> int { let n = @Ask.number("how many"); n * 2 }')
    session, request = parked(program)
    loaded = program.load(session.save())
    assert loaded.state == "suspended"
    assert loaded.request is not None
    assert (loaded.request.effect, loaded.request.args) == ("Ask.number", ("how many",))
    assert resumed(loaded, 21) == 42
    session.resume(request.k, 4)
    assert value(session.step()) == 8


def test_not_yet_started() -> None:
    program = rusk.compile("fn main(argv: [string]) -> string { argv[1] }")
    assert value(program.load(program.start(argv=["here"]).save()).step()) == "here"


def test_forked_runs_are_independent() -> None:
    program = compiled('fn main() -> [int] { let a = [1]; a.push(@Ask.number("")); a }')
    state = parked(program)[0].save()
    results = [resumed(program.load(state), n) for n in range(3)]
    assert results == [[1, 0], [1, 1], [1, 2]]


def test_copy() -> None:
    program = compiled('fn main() -> int { let n = @Ask.number(""); std::println(f"{n}"); n }')
    out: list[str] = []
    session, _ = parked(program, host=save_everywhere.host(out))
    assert resumed(copy.copy(session), 1) == 1
    assert resumed(session, 2) == 2
    assert out == ["1\n", "2\n"]


def test_aliasing_and_cycles() -> None:
    program = compiled(
        """
        struct Node { value: int, next: [Node] }
        fn main() -> (int, int, bool) {
            let a = Node { value: 1, next: [] };
            let b = Node { value: 2, next: [a] };
            a.next.push(b);
            let both = (a, a);
            let shared = [both.0.next, both.1.next];
            a.value = @Ask.number("");
            shared[0].push(a);
            (b.next[0].next[0].next[0].value, shared[1].len(), both.1.value == a.value)
        }
        """
    )
    session, _ = parked(program)
    assert resumed(program.load(session.save()), 7) == (7, 2, True)


@pytest.mark.parametrize("opt_level", [0, 2])
def test_values_of_all_types(opt_level: int) -> None:
    source = (
        ASK
        + """
        struct Pt { x: float, tag: char }
        enum Tree { Leaf, Node(Tree, int, Tree) }
        interface Area { readonly fn area() -> float; }
        impl Area for Pt { readonly fn area() -> float { self.x } }
        fn main() -> string {
            let text = "äöü" + "-long enough to be shared by slices of it";
            let part = text.slice(1, Some(30));
            let raw = b"\\x00\\xff";
            let ints = [-9223372036854775808, 0, 300];
            let small = [-1, 1];
            let floats = [0.5, -0.0];
            let flags = [true, false];
            let chars = ['a', '😀'];
            let units = [(), ()];
            let bytes = raw.to_array();
            let tree = Tree::Node(Tree::Leaf, 5, Tree::Node(Tree::Leaf, 6, Tree::Leaf));
            let shapes = [Pt { x: 1.5, tag: 'p' } as Area, Pt { x: 2.5, tag: 'q' } as Area];
            let add = |n: int| { n + ints[2] };
            let m = core::map::Map::new();
            m.insert("one", 1);
            m.insert("two", 2);
            let got = @Ask.pair((1, "x"));
            m.insert("three", got[0]);
            let total = match tree { Tree::Node(_, n, Tree::Node(_, k, _)) => n + k, _ => 0 };
            let one = match m.get("one") { Some(n) => n, None => 0 };
            f"{text} {part} {raw.len()} {ints[0]} {ints[2]} {small[0]} {floats[0]} {floats[1]} {flags[0]} {chars[1]} {units.len()} {bytes[1]} "
                + f"{total} {shapes[0].area()} {shapes[1].area()} {add(1)} {one} {m.len()}"
        }
        """
    )
    program = rusk.compile(source, external=["Ask"], opt_level=opt_level)
    session, request = parked(program)
    loaded = program.load(session.save())
    assert request.args == ((1, "x"),)
    session.resume(request.k, [9])
    assert resumed(loaded, [9]) == value(session.step())
    loaded._machine.check_heap()


def test_stored_continuations() -> None:
    program = compiled(
        """
        interface Gen { fn put(n: int) -> int; }
        fn work(base: int) -> int { let a = @Gen.put(base); let b = @Gen.put(base + a); a * 100 + b }
        fn main() -> [int] {
            let waiting = [];
            let out = [];
            for base in [10, 20] {
                let result = match work(base) { @Gen.put(n) -> k => { waiting.push((k, n)); -1 }, r => r };
                out.push(result);
            }
            let more = @Ask.number("");
            for w in waiting { out.push(w.0(w.1 + more)); }
            for w in waiting { out.push(w.1); }
            out
        }
        """
    )
    session, request = parked(program)
    loaded = program.load(session.save())
    session.resume(request.k, 3)
    assert resumed(loaded, 3) == value(session.step())


def test_deep_recursion_under_a_handler() -> None:
    program = compiled(
        """
        interface Gen { fn put(n: int) -> int; }
        fn deep(n: int) -> int { if n == 0 { @Gen.put(1) + @Ask.number("deep") } else { 1 + deep(n - 1) } }
        fn main() -> int { match deep(50000) { @Gen.put(n) => resume(n + 1), r => r } }
        """
    )
    session, _ = parked(program)
    assert resumed(program.load(session.save()), 5) == 50007


def test_exits_across_a_pause() -> None:
    """`break` out of a match whose arm runs after the session was loaded: the marks of the loop are kept."""
    program = compiled(
        """
        interface Stop { fn now(n: int) -> unit; }
        fn body(n: int) { let k = @Ask.number(""); @Stop.now(n + k); }
        fn main() -> int {
            let i = 0;
            let last = 0;
            loop {
                match body(i) { @Stop.now(n) => { last = n; if n > 11 { break; }; }, _ => (), };
                i = i + 1;
            };
            last
        }
        """
    )
    session, _ = parked(program)
    for _ in range(2):
        session = program.load(session.save())
        request = session.request
        assert request is not None
        session.resume(request.k, 10)
        assert isinstance(session.step(), rusk.Request)
    assert resumed(program.load(session.save()), 10) == 12


def test_budgets() -> None:
    program = compiled(
        'fn main() -> int { let n = @Ask.number(""); let i = 0; while i < n { i = i + 1; }; i }'
    )
    session, _ = parked(program, fuel=1000, memory=1 << 20, depth=77, deadline=100, output=9)
    loaded = program.load(session.save())
    machine = loaded._machine
    assert (loaded._left, loaded._output, machine.memory_limit, machine.depth_limit) == (
        session._left,
        9,
        1 << 20,
        77,
    )
    assert machine.deadline_left is not None
    assert 0 < machine.deadline_left <= 100
    request = loaded.request
    assert request is not None
    loaded.resume(request.k, 1_000_000)
    with pytest.raises(rusk.Trap, match="fuel limit exceeded"):
        loaded.run()


def test_fuel_goes_on_as_it_would_have() -> None:
    program = rusk.compile("fn main() -> int { let i = 0; while i < 1000 { i = i + 1; }; i }")
    steps = []
    for saving in (False, True):
        session = program.start()
        count = 0
        while isinstance(session.step(13), rusk.Yield):
            count += 1
            if saving:
                session = program.load(session.save())
        steps.append(count)
    assert steps[0] == steps[1]


def test_the_bytes_are_few() -> None:
    """Neither what is dead nor what cannot be reached is in them."""
    program = compiled(
        """
        fn main() -> int {
            let garbage = [];
            let i = 0;
            while i < 1000 { garbage.push(f"text number {i}, long enough"); i = i + 1; };
            let n = garbage.len();
            @Ask.number("") + n
        }
        """
    )
    assert len(parked(program)[0].save()) < 1000


def test_the_session_is_not_changed() -> None:
    program = compiled('fn main() -> [string] { let a = ["x" + "y"]; a.push(f"{@Ask.number("")}"); a }')
    session, request = parked(program)
    assert session.save() == session.save()
    session._machine.check_heap()
    session.resume(request.k, 1)
    assert value(session.step()) == ["xy", "1"]


@pytest.mark.parametrize("area", ["generators", "schedulers", "continuations_stored", "exceptions"])
def test_conformance_programs_go_on_in_another_process(area: str, stress: bool) -> None:
    paths = save_everywhere.effectful(area)[:: 9 if stress else 3]
    assert save_everywhere.elsewhere([save_everywhere.sample(path, 4) for path in paths])


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "source", ["fn main() -> int { 1 }", 'fn main() -> int { core::intrinsics::panic("x") }']
)
def test_only_what_can_go_on_is_saved(source: str) -> None:
    session = rusk.compile(source).start()
    session.step()
    with pytest.raises(rusk.InvalidStateError, match="only a session that can go on is saved"):
        session.save()


def test_closed() -> None:
    session = rusk.compile("fn main() -> int { 1 }").start()
    session.close()
    with pytest.raises(rusk.InvalidStateError, match="session is closed"):
        session.save()


def test_another_program() -> None:
    old = 'struct P { x: int }\nfn twice(n: int) -> int { if n > 1000 { twice(n - 1) } else { n * 2 } }\nfn main() -> int { twice(@Ask.number("")) + P { x: 1 }.x }'
    state = parked(compiled(old))[0].save()
    for new, what in [
        (old.replace("n * 2", "n * 3"), "function `twice` has changed"),
        (old.replace("twice", "double"), "function `double` is new"),
        (old + "\n// a remark\n", ""),
    ]:
        with pytest.raises(rusk.LoadError) as caught:
            compiled(new).load(state)
        assert what in str(caught.value), str(caught.value)
        assert "the session was saved by another" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"RUSKSES", b"RUSKSES\x02" + bytes(100), bytes(1000)])
def test_no_session(data: bytes) -> None:
    with pytest.raises(rusk.LoadError):
        rusk.compile("fn main() -> int { 1 }").load(data)


def reseal(data: bytes) -> bytes:
    return data + pack("<I", crc32(data))


def test_every_byte_cut_off_or_changed_gives_an_error_or_a_session() -> None:
    program = compiled(
        """
        interface Gen { fn put(n: int) -> int; }
        struct Job { name: string, go: cont(int) -> int }
        enum E { A, B(int), C([string]) }
        fn work(n: int) -> int { let got = 0; let i = 0; while i < 3 { if i == 2 { break; }; got = got + @Gen.put(n); i = i + 1; }; got }
        fn main() -> int {
            let jobs = [];
            let e = [E::A, E::B(3), E::C(["text", "more text that is long enough to be sliced"])];
            let add = |n: int| { n + jobs.len() };
            let first = match work(5) { @Gen.put(n) -> k => { jobs.push(Job { name: f"job {n}", go: k }); n }, r => r };
            let got = @Ask.pair((first, jobs[0].name));
            let rest = match e[2] { E::C(t) => t[1].slice(3, Some(25)).byte_len(), _ => 0 };
            let go = jobs[0].go;
            add(go(got[0])) + rest
        }
        """
    )
    state = parked(program)[0].save()
    body = state[:-4]
    start = len(body) - 160
    chooser = random.Random(1)
    loaded = 0
    for at in range(start, len(body)):
        with pytest.raises(rusk.LoadError):
            program.load(reseal(body[:at]))
        for value in {body[at] ^ 1, body[at] ^ 0x80, 0, 0xFF, chooser.randrange(256)} - {body[at]}:
            try:
                session = program.load(reseal(body[:at] + bytes([value]) + body[at + 1 :]))
            except rusk.LoadError:
                continue
            loaded += 1
            session._machine.check_heap()
            run_out(session)
    assert loaded  # a changed number is a number


def run_out(session: rusk.Session) -> None:
    """Run a session of unknown state: anything but a crash will do."""
    for _ in range(20):
        request = session.request
        if request is not None:
            session.resume(request.k, [1] if request.effect == "Ask.pair" else 1)
        if isinstance(session.step(10_000), (rusk.Done, rusk.Trapped)):
            return


def test_memory_limit() -> None:
    program = compiled('fn main() -> int { let a = []; a.resize(200_000, 1); @Ask.number("") + a.len() }')
    session, _ = parked(program, memory=4 << 20)
    state = session.save()
    body = state[:-4]
    at = body.index(pack("<Q", 4 << 20))
    with pytest.raises(rusk.LoadError, match="memory limit"):
        program.load(reseal(body[:at] + pack("<Q", 1 << 19) + body[at + 8 :]))


# ---------------------------------------------------------------- continuations that the host holds

PARKING = """
interface Wait { fn io(tag: int) -> int; }
interface Loop { fn park(k: cont(int) -> int, tag: int) -> unit; }

fn task(n: int) -> int {
    match @Wait.io(n) {
        @Wait.io(tag) -> k => { @Loop.park(k, tag); 0 }
        got => got + n
    }
}

fn main() -> int { task(10); task(20); 5 }
"""


def parked_twice() -> tuple[rusk.Program, rusk.Session, list[Any]]:
    """A session that is done, and two continuations that it has handed out."""
    program = rusk.compile(PARKING, external=["Loop.park"])
    session = program.start()
    held = []
    while isinstance(got := session.step(), rusk.Request):
        held.append(got.args[0])
        session.resume(got.k)
    assert value(got) == 5
    return program, session, held


def test_handles_are_found_by_id() -> None:
    program, session, held = parked_twice()
    state = session.save()
    for first, second in [(0, 1), (1, 0)]:
        loaded = program.load(state)
        assert value(loaded.step()) == 5
        assert sorted(loaded.conts) == [k.id for k in held]
        for n, answer in ((first, 1), (second, 2)):
            loaded.resume_tail(loaded.conts[held[n].id], answer)
            assert value(loaded.step()) == answer + 10 * (n + 1)
        assert loaded.conts == {}
        with pytest.raises(rusk.InvalidStateError, match="only a session that can go on is saved"):
            loaded.save()
    assert list(session.conts) == [k.id for k in held]


def test_ids_are_not_given_twice() -> None:
    program, session, held = parked_twice()
    held[1].drop()
    loaded = program.load(session.save())
    assert list(loaded.conts) == [held[0].id]
    assert program.load(loaded.save()).save() == loaded.save()


@pytest.mark.parametrize("fuel", [1, 3, 17])
def test_a_continuation_on_top_of_what_was_interrupted(fuel: int) -> None:
    source = (
        "interface Wait { fn io(n: int) -> int; }\n"
        "interface Loop { fn park(k: cont(int) -> int) -> unit; fn say(n: int) -> unit; }\n"
        "fn work(n: int) -> int { let i = 0; while i < n { i = i + 1; }; i }\n"
        "fn task() -> int {\n"
        "    match @Wait.io(1) + work(20) { @Wait.io(n) -> k => { @Loop.park(k); work(9) } got => { @Loop.say(got); got } }\n"
        "}\n"
        "fn main() -> int { task(); work(30) }\n"
    )
    program = rusk.compile(source, external=["Loop"], opt_level=0)
    said: list[int] = []

    def drive(session: rusk.Session, saving: bool) -> Any:
        while True:
            if saving:
                session = program.load(session.save())
            got = session.step(fuel)
            if isinstance(got, rusk.Request):
                if got.effect == "Loop.say":
                    said.append(got.args[0])
                if saving:
                    session = program.load(session.save())
                    got = session.request
                    assert got is not None
                session.resume(got.k)
            elif isinstance(got, rusk.Done):
                return got.value

    for saving in (False, True):
        session = program.start()
        request = session.step()
        assert isinstance(request, rusk.Request)
        k = request.args[0].id
        session.resume(request.k)
        assert isinstance(session.step(20), rusk.Yield)
        if saving:
            session = program.load(session.save())
        session.resume_tail(session.conts[k], 100)
        assert drive(session, saving) == 30
    assert said == [120, 120]
