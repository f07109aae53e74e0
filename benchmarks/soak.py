"""A hundred thousand sessions in one process: started, run, paused, abandoned. Memory must stay where it was after the first thousand.

python benchmarks/soak.py [SESSIONS]
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import rusk

SOURCE = """
interface Ask { fn it(n: int) -> int; fn park(k: cont(int) -> int) -> unit; }
interface Wait { fn now() -> int; }
extern fn host(xs: [int]) -> [int];
pub struct P { name: string, xs: [int] }
fn parked() -> int { match @Wait.now() { @Wait.now() -> k => { @Ask.park(k); 1 } n => n } }
pub fn work(p: P, n: int) -> P {
    let rows: [[int]] = [];
    let i = 0;
    while i < n { rows.push([i, i]); parked(); p.xs.push(@Ask.it(i)); i = i + 1; }
    let more = host(p.xs);
    P { name: f"{p.name}{more.len()}", xs: more }
}
pub fn spin() { let rows: [[int]] = []; loop { rows.push([1]); if rows.len() > 100 { rows = []; } } }
pub fn bad(n: int) -> int { [1, 2][n] }
"""


def resident() -> int:
    """KiB of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


class Soak:
    """Runs sessions in every way that they can end."""

    def __init__(self) -> None:
        self.program = rusk.compile(SOURCE, external=["Ask"])
        self.host = rusk.Host()
        self.host.install("host", lambda xs: xs, by_ref=True)
        self.effects = rusk.Effects(self.program)
        self.effects.handle("Ask.it", lambda n: n)
        self.effects.handle("Ask.park", lambda k: None)

    def one(self, i: int) -> None:
        P = self.program.types.P
        kind = i % 8
        if kind == 0:  # to its end
            done = self.program.call("work", P("p", [1]), 3, host=self.host, effects=self.effects)
            assert done.xs == [1, 0, 1, 2]
        elif kind == 1:  # paused and abandoned
            session = self.program.start(entry="spin", memory=8 << 20)
            session.step(fuel=2_000)
        elif kind == 2:  # suspended and abandoned, with a continuation and views in the host's hands
            session = self.program.start(entry="work", args=(P("p", []), 3), host=self.host)
            request = session.step()
            assert isinstance(request, rusk.Request)
            assert len(request.args) == len(request.refs) == 1
        elif kind == 3:  # closed
            with self.program.start(entry="spin") as session:
                session.step(fuel=500)
        elif kind == 4:  # trapped
            try:
                self.program.call("bad", 5)
            except rusk.Trap:
                pass
        elif kind == 5:  # dropped
            session = self.program.start(entry="work", args=(P("p", []), 1), host=self.host)
            request = session.step()
            assert isinstance(request, rusk.Request)
            session.drop(request.k)
        elif kind == 6:  # continuations resumed afterwards
            session = self.program.start(entry="work", args=(P("p", []), 2), host=self.host)
            kept = []
            while not isinstance(outcome := session.step(), rusk.Done):
                assert isinstance(outcome, rusk.Request)
                if outcome.effect == "Ask.park":
                    kept.append(outcome.args[0])
                    session.resume(outcome.k)
                else:
                    session.resume(outcome.k, 1)
            for k in kept:
                session.resume_tail(k, 5)
                assert session.run() == 5
        else:  # arguments that do not fit
            try:
                self.program.call("work", {"name": 1}, 3)
            except rusk.HostTypeError:
                pass


def run(sessions: int) -> tuple[int, int]:
    """Memory in KiB after a hundredth of the sessions, and after all."""
    soak = Soak()
    first = 0
    for i in range(sessions):
        soak.one(i)
        if i + 1 == max(sessions // 100, 1000):
            gc.collect()
            first = resident()
    gc.collect()
    return first, resident()


def main() -> None:
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    first, last = run(sessions)
    print(f"{sessions} sessions: {first} KiB, then {last} KiB ({100 * (last - first) / first:+.1f} %)")


if __name__ == "__main__":
    main()
