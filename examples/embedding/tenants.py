"""A multi-tenant runner: scripts of many owners take turns, each within its budget; none can starve, exhaust or stop the others.

python examples/embedding/tenants.py
"""

from collections import deque

import rusk

SCRIPTS = {
    "anna": "fn main() -> int { let s = 0; let i = 0; while i < 200000 { s = s + i; i = i + 1; } s }",
    "boris": "fn main() -> int { loop { } 0 }",
    "clara": "fn main() -> int { let xs: [int] = []; loop { xs.push(1); } 0 }",
    "dmitri": "fn f(n: int) -> int { 1 + f(n) } fn main() -> int { f(0) }",
    "emma": "fn main() -> int { 1 / 0 }",
    "farid": 'fn main() -> string { "quick" }',
}

SLICE = 20_000
FUEL = 3_000_000


def main() -> None:
    waiting = deque(
        (name, rusk.compile(source, path=f"{name}.rusk").start(memory=2 << 20, depth=5_000))
        for name, source in SCRIPTS.items()
    )
    used = dict.fromkeys(SCRIPTS, 0)
    results = {}
    while waiting:
        name, session = waiting.popleft()
        match session.step(fuel=SLICE):
            case rusk.Done(value):
                results[name] = repr(value)
            case rusk.Trapped(trap):
                results[name] = trap.message
            case rusk.Yield():
                used[name] += SLICE
                if used[name] < FUEL:
                    waiting.append((name, session))
                    continue
                results[name] = "out of fuel"
        session.close()
    for name in SCRIPTS:
        print(f"{name}: {results[name]}")


if __name__ == "__main__":
    main()
