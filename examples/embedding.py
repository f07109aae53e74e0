"""Rusk as a scripting language: typed rules, confined to what the host grants, run in slices.

python examples/embedding.py
"""

from pathlib import Path

import rusk

STOCK = {"lamp": 12, "chair": 3}

host = rusk.Host()


@host.fn("today")
def today() -> int:
    return 6  # a Saturday


program = rusk.compile_file(Path(__file__).with_name("pricing.rusk"), external=["Shop.stock"])
Offer = program.types.Offer
Order = program.types.Order


def offer(order: object) -> object:
    """Run `price`, answering its questions as they come; no rule may run for ever or take much memory."""
    session = program.start(entry="price", args=(order,), host=host, memory=16 << 20, fuel=1_000_000)
    while True:
        match session.step(fuel=10_000):
            case rusk.Done(value):
                return value
            case rusk.Request("Shop.stock", (article,), k):
                session.resume(k, STOCK.get(article, 0))
            case rusk.Yield("fuel"):
                pass  # time to do something else
            case rusk.Trapped(trap):
                raise trap


def main() -> None:
    print("needs:", program.imports, program.requires)
    for order in (
        Order("lamp", 10, 25.0),
        Order("chair", 4, 80.0),
        {"article": "chair", "count": 2, "price": 80.0},
    ):
        match offer(order):
            case Offer.Accept(price):
                print(f"{order}: {price:.2f}")
            case Offer.Reject(why):
                print(f"{order}: no, {why}")


if __name__ == "__main__":
    main()
