"""`core::map::Map`: against Python's dict, with any keys; and with tables that no compiler made."""

from __future__ import annotations

import random
from typing import Any

import pytest
from asm import BOOL, BYTE, CHAR, INT, STATUS, STRING, Asm

import rusk
from rusk._interp import Code, Session

SOURCE = """
use core::map::Map;
struct Key { n: int }
impl core::hash::Hash for Key { readonly fn hash() -> int { self.n % 5 } }
impl core::ops::Eq for Key { readonly fn eq(other: Self) -> bool { self.n == other.n } }

// The log of a list of operations (what, key, value), then the map's length and its keys in order.
fn play<K: core::hash::Hash + core::ops::Eq>(ops: [int], make: fn(int) -> K, number: fn(readonly K) -> int) -> [int] {
    let m: Map<K, int> = Map::new();
    let log: [int] = [];
    let i = 0;
    while i < ops.len() {
        let key = make(ops[i + 1]);
        let value = ops[i + 2];
        log.push(match ops[i] {
            0 => m.insert(key, value).unwrap_or(-1),
            1 => m.get(key).unwrap_or(-1),
            2 => m.remove(key).unwrap_or(-1),
            3 => if m.contains_key(key) { 1 } else { 0 },
            4 => { m.clear(); m.len() }
            5 => { m.retain(|k, v| { (number(k) + v) % 3 != 0 }); m.len() }
            6 => { let c = m.copy(); m.insert(key, value); c.len() }
            _ => { m.reserve(value); 0 }
        });
        i = i + 3;
    }
    log.push(m.len());
    for (k, v) in m { log.push(number(k)); log.push(v); }
    log
}

pub fn ints(ops: [int]) -> [int] { play(ops, |n| { n * 1125899906842624 + 3 }, |k| { k >> 50 }) }
pub fn strings(ops: [int]) -> [int] { play(ops, |n| { f"key number {n}" }, |k| { int::parse(k.slice(11, None)).unwrap() }) }
pub fn texts(ops: [int]) -> [int] { play(ops, |n| { f"{n}".byte_slice(0, None) }, |k| { int::parse(string::from_utf8(k)).unwrap() }) }
pub fn bytes_(ops: [int]) -> [int] { play(ops, |n| { n.to_byte() }, |k| { k.to_int() }) }
pub fn chars(ops: [int]) -> [int] { play(ops, |n| { n.to_char() }, |k| { k.to_int() }) }
pub fn bools(ops: [int]) -> [int] { play(ops, |n| { n % 2 == 1 }, |k| { if k { 1 } else { 0 } }) }
pub fn keys(ops: [int]) -> [int] { play(ops, |n| { Key { n: n } }, |k| { k.n }) }
pub fn pairs(ops: [int]) -> [int] { play(ops, |n| { (n, f"{n}") }, |k| { k.0 }) }
"""


def model(ops: list[int], key_of: Any = int) -> list[int]:
    m: dict[int, int] = {}
    log = []
    for i in range(0, len(ops), 3):
        what, key, value = ops[i], key_of(ops[i + 1]), ops[i + 2]
        if what == 0:
            log.append(m.get(key, -1))
            m[key] = value
        elif what == 1:
            log.append(m.get(key, -1))
        elif what == 2:
            log.append(m.pop(key, -1))
        elif what == 3:
            log.append(int(key in m))
        elif what == 4:
            m.clear()
            log.append(0)
        elif what == 5:
            m = {k: v for k, v in m.items() if (k + v) % 3 != 0}
            log.append(len(m))
        elif what == 6:
            log.append(len(m))
            m[key] = value
        else:
            log.append(0)
    log.append(len(m))
    for k, v in m.items():
        log += [k, v]
    return log


def operations(rng: random.Random, n: int, keys: int) -> list[int]:
    whats = rng.choices(range(8), rng.choice([[9, 4, 4, 2, 0, 0, 0, 0], [4, 2, 8, 1, 0.1, 0.2, 1, 0.3]]), k=n)
    return [x for what in whats for x in (what, rng.randrange(keys), rng.randrange(100))]


@pytest.fixture(scope="module")
def programs() -> list[rusk.Program]:
    return [rusk.compile(SOURCE, opt_level=level) for level in (0, 2)]


@pytest.mark.parametrize("kind", ["ints", "strings", "texts", "bytes_", "chars", "bools", "keys", "pairs"])
def test_against_a_dict(programs: list[rusk.Program], kind: str) -> None:
    rng = random.Random(kind)
    for n in (10, 100, 1000):
        for _ in range(4):
            ops = operations(rng, n, rng.choice([4, 40, 200]))
            want = model(ops, (lambda k: k % 2) if kind == "bools" else int)
            for program in programs:
                assert program.call(kind, ops) == want


def test_secret(programs: list[rusk.Program]) -> None:
    """The secret of a session decides neither results nor what they cost."""
    program = programs[1]
    code = program._code
    index = next(e.func for e in program.image.entries if e.name == "strings")
    ops = operations(random.Random(1), 500, 100)
    seen = []
    for secret in (0, 1, -1, 1 << 62):
        s = Session(code, secret=secret)
        s.begin(index, (ops,))
        steps = 1
        while STATUS[s.step(500)] == "fuel":
            steps += 1
        seen.append((s.result(), steps))
    assert all(x == seen[0] for x in seen)


def test_removed_values_are_released() -> None:
    """What was removed is garbage, even while other entries stay."""
    program = rusk.compile("""
        use core::map::Map;
        pub fn main() -> int {
            let m: Map<int, [int]> = Map::new();
            let i = 0;
            while i < 300 {
                let big: [int] = [];
                big.resize(100000, i);
                m.insert(i % 3, big);
                if i % 3 == 1 { m.remove(0); };
                if i % 50 == 49 { m.insert(1000 + i, []); };
                m.remove(1);
                i = i + 1;
            }
            m.len()
        }
    """)
    assert program.run(memory=4 << 20) == 7


def test_many_keys_of_one_pattern() -> None:
    """Keys that a plain multiplication would put into one bucket."""
    program = rusk.compile("""
        use core::map::Map;
        pub fn main() -> int {
            let m: Map<int, int> = Map::new();
            let i = 0;
            while i < 16384 { m.insert(i << 50, i); m.insert(i * 7046029254386353131, i); i = i + 1; }
            m.len()
        }
    """)
    assert program.run() == 32767


def test_equality_that_changes_the_map() -> None:
    """The outcome is open; that the map stays usable is not."""
    program = rusk.compile("""
        use core::map::Map;
        struct Key { n: int, of: [Map<Key, int>] }
        impl core::hash::Hash for Key { readonly fn hash() -> int { 1 } }
        impl core::ops::Eq for Key {
            readonly fn eq(other: Self) -> bool {
                if self.of.len() > 0 && other.n == 50 { @Change.change(self.n); };
                self.n == other.n
            }
        }
        interface Change { fn change(n: int) -> unit; }
        fn fill(m: Map<Key, int>) {
            let i = 0;
            while i < 20 { m.insert(Key { n: i, of: [m] }, i); i = i + 1; }
        }
        pub fn main() -> int {
            let m: Map<Key, int> = Map::new();
            fill(m);
            match m.get(Key { n: 50, of: [] }) {
                @Change.change(n) => {
                    if n % 3 == 0 { m.remove(Key { n: n, of: [] }); };
                    if n % 5 == 4 { m.clear(); };
                    if n % 7 == 2 { let i = 100; while i < 200 { m.insert(Key { n: i, of: [] }, i); i = i + 1; } };
                    resume(())
                }
                _ => (),
            };
            m.clear();
            fill(m);
            m.len() * 100 + m.get(Key { n: 7, of: [] }).unwrap()
        }
    """)
    assert program.run() == 2007


def test_walks_see_the_map_as_it_was() -> None:
    program = rusk.compile("""
        use core::map::Map;
        pub fn main() -> [int] {
            let m: Map<string, int> = Map::new();
            let i = 0;
            while i < 6 { m.insert(f"k{i}", i); i = i + 1; }
            m.remove("k2");
            let out: [int] = [];
            for (k, v) in m {
                out.push(v);
                m.remove("k4");
                m.insert(f"n{v}", 10 + v);
                m.insert("k5", 50);
            }
            for v in m.values() { out.push(v); m.clear(); }
            for k in m.keys() { out.push(-1); }
            out
        }
    """)
    assert list(program.run()) == [0, 1, 3, 4, 5, 0, 1, 3, 50, 10, 11, 13, 14, 15]


def test_walks_make_nothing_but_copies() -> None:
    program = rusk.compile("""
        use core::map::Map;
        pub fn main() -> int {
            let m: Map<int, int> = Map::new();
            let i = 0;
            while i < 10000 { m.insert(i, i); i = i + 1; }
            let sum = 0;
            for (k, v) in m { sum = sum + k * v; }
            sum
        }
    """)
    session = program.start(metrics=True)
    assert session.run() == sum(i * i for i in range(10000))
    assert session.metrics()["allocations"] < 20


# ---------------------------------------------------------------- tables that no compiler made

FUNCTIONS = {
    "find": "MapFind{} 0 5 0\nRetX 0",
    "enter": "MapEnter{} 0 5 0\nMapEnter{} 0 5 0\nRetX 0",
    "append": "MapAppend 5 1\nRetX 1",
    "forget": "MapForget 5 1\nRetX 1",
    "rebuild": "MapRebuild 5 1\nRetX 1",
    "probe": "MapProbe 0 5 1 1\nMapProbe 0 5 1 0\nRetX 0",
}


def machine(letter: str, keys: int) -> Asm:
    """Functions that make a map of any arrays and work on it once; the last parameters are a number and a key."""
    a = Asm()
    ints, strings, bools = a.array("ints", INT), a.array("strings", STRING), a.array("bools", BOOL)
    names = strings if keys == STRING else a.array("names", keys)
    fields = {"index": ints, "hashes": ints, "names": names, "contents": strings, "live": bools}
    a.struct("core::map::Map", **fields, count=INT, used=INT)
    make = "New 5 core::map::Map [0 1 2 3 4 2 3]\n"
    params = (
        [*fields.values(), keys, INT, INT, INT]
        if letter != "R"
        else [*fields.values(), INT, INT, INT, INT, STRING]
    )
    for name, text in FUNCTIONS.items():
        text = text.format(letter, letter)
        if letter == "R":
            text = text.replace(" 5 0\n", " 5 6\n")
            make = "MoveR 6 5\nNew 5 core::map::Map [0 1 2 3 4 2 3]\n"
        a.func(name, params, INT, 4, 7, make + text)
    return a


@pytest.mark.parametrize("letter, keys", [("W", INT), ("W", CHAR), ("B", BYTE), ("B", BOOL), ("R", STRING)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_table(letter: str, keys: int, name: str) -> None:
    rng = random.Random(name + letter)
    a = machine(letter, keys)
    code = Code(a.finish())

    def number() -> int:
        return rng.choice(
            [0, 1, 2, 3, -1, rng.randrange(40), (1 << 32) - 1, 1 << 31, -(1 << 63), rng.getrandbits(63)]
        )

    def key() -> Any:
        n = rng.randrange(4)
        return str(n) if keys == STRING else bool(n % 2) if keys == BOOL else chr(n) if keys == CHAR else n

    for _ in range(300):
        top = rng.choice([3, 9, 20])
        word = lambda: number() if rng.random() < 0.3 else rng.randrange(10)  # noqa: E731
        table = [
            [word() for _ in range(rng.randrange(top))], [word() for _ in range(rng.randrange(top))], [key() for _ in range(rng.randrange(top))],
            [str(i) for i in range(rng.randrange(top))], [rng.random() < 0.7 for _ in range(rng.randrange(top))],
        ]  # fmt: skip
        buckets = number() if rng.random() < 0.2 else rng.randrange(50)
        last = (
            [0, buckets, number(), number(), key()]
            if keys == STRING
            else [key(), buckets, number(), number()]
        )
        s = Session(code, secret=number(), memory=16 << 20)
        s.begin(a.names[name], (*table, *last))
        assert STATUS[s.step()] in ("done", "trapped")
        s.check_heap()
