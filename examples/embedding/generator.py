"""A generator of a program, consumed from Python: every `yield` is a request, and nothing is computed that is not asked for.

python examples/embedding/generator.py
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import rusk

SOURCE = """
interface Gen { fn yield_(n: int) -> unit; }

pub fn primes() {
    let found: [int] = [];
    let n = 2;
    loop {
        let prime = true;
        for p in found { if p * p > n { break; } if n % p == 0 { prime = false; break; } }
        if prime { found.push(n); @Gen.yield_(n); }
        n = n + 1;
    }
}

pub fn countdown(from: int) { let n = from; while n > 0 { @Gen.yield_(n); n = n - 1; } }
"""

program = rusk.compile(SOURCE, external=["Gen"])


def generate(entry: str, *args: object) -> Iterator[Any]:
    """What an entry point yields. The session goes when the iterator does."""
    with program.start(entry=entry, args=args) as session:
        while True:
            match session.step():
                case rusk.Request(_, (value,), k):
                    yield value
                    session.resume(k)
                case rusk.Done():
                    return
                case rusk.Trapped(trap):
                    raise trap


def main() -> None:
    print(list(islice(generate("primes"), 10)))
    print(list(generate("countdown", 3)))
    a, b = generate("primes"), generate("primes")
    print(next(a), next(a), next(b), next(a))


if __name__ == "__main__":
    main()
