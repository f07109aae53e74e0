"""Grouping and joining records by dicts: lists by key, counts by pair, a join of two tables, walks over dicts."""

EXPECTED = 170494607


class Order:
    __slots__ = ("id", "customer", "city", "amount")

    def __init__(self, id, customer, city, amount):
        self.id = id
        self.customer = customer
        self.city = city
        self.amount = amount


def make(n):
    cities = ["Oslo", "Lima", "Kyiv", "Rome", "Cairo", "Quito", "Perth"]
    out = []
    seed = 99
    for i in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append(Order(i, seed // 65536 % 500, cities[seed // 1024 % 7], seed % 1000))
    return out


def run(n):
    orders = make(n)
    by_city = {}
    for o in orders:
        by_city.setdefault(o.city, []).append(o)
    totals = {}
    for o in orders:
        key = (o.city, o.customer % 10)
        totals[key] = totals.get(key, 0) + o.amount
    spent = {}
    for o in orders:
        spent[o.customer] = spent.get(o.customer, 0) + o.amount
    check = 0
    for city, rows in by_city.items():
        seen = {o.customer for o in rows}
        check = (check * 31 + len(city) * len(rows) + len(seen)) % 1000003
    for key, total in totals.items():
        check = (check * 31 + key[1] * 7 + total) % 1000003
    rich = 0
    for customer, amount in spent.items():
        if amount > 20000:
            rich += customer
    for o in orders:
        if spent.get(o.customer, 0) % 2 == 1:
            check = (check + o.amount) % 1000003
    return check * 1000 + rich % 1000


def main() -> int:
    return run(20000)
