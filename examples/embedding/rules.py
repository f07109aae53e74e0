"""A rules engine with a capability sandbox: what a rule needs is known before it runs, and only that is granted.

python examples/embedding/rules.py
"""

from collections.abc import Mapping

import rusk

LIBRARY = """
pub struct Order { customer: string, total: float, country: string }
pub enum Verdict { Accept, Review(string), Reject(string) }
pub interface Crm { fn rating(customer: string) -> int; }
pub interface Mail { fn send(to: string, text: string) -> unit; }
"""

RULES = {
    "small": 'use shop::Order; use shop::Verdict; pub fn check(o: Order) -> Verdict { if o.total < 100.0 { Verdict::Accept } else { Verdict::Review("large") } }',
    "rated": """
        use shop::Order; use shop::Verdict; use shop::Crm;
        pub fn check(o: Order) -> Verdict {
            let rating = @Crm.rating(o.customer);
            if rating < 3 { Verdict::Reject(f"rating {rating}") } else { Verdict::Accept }
        }
    """,
    "leaky": """
        use shop::Order; use shop::Verdict; use shop::Mail;
        pub fn check(o: Order) -> Verdict { @Mail.send("x@example.org", o.customer); Verdict::Accept }
    """,
}

GRANTED = {"shop::Crm.rating"}


def load(source: str) -> rusk.Program:
    """Compile a rule; all effects are external, so that the manifest names what it asks for."""
    return rusk.compile(source, modules={"shop": LIBRARY}, external=["shop::Crm", "shop::Mail"])


def judge(program: rusk.Program, order: Mapping[str, object]) -> object:
    effects = rusk.Effects(program)
    effects.handle("shop::Crm.rating", lambda customer: {"ada": 5, "bob": 1}.get(customer, 3))
    return program.call("check", order, effects=effects, memory=1 << 20, fuel=100_000)


def main() -> None:
    orders = [
        {"customer": "ada", "total": 500.0, "country": "nl"},
        {"customer": "bob", "total": 20.0, "country": "de"},
    ]
    for name, source in RULES.items():
        program = load(source)
        excess = set(program.requires) - GRANTED
        if excess:
            print(f"{name}: refused, it wants {', '.join(sorted(excess))}")
            continue
        Verdict = program.types.shop.Verdict
        for order in orders:
            match judge(program, order):
                case Verdict.Accept():
                    print(f"{name}: {order['customer']} accepted")
                case Verdict.Review(why) | Verdict.Reject(why):
                    print(f"{name}: {order['customer']} not accepted, {why}")


if __name__ == "__main__":
    main()
