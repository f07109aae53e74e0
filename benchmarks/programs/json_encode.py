"""JSON: a document of about 1 MB written from dicts."""

import json

EXPECTED = 4469810


def make(n):
    return [
        {
            "id": i,
            "name": f'Person "{i}" Müller',
            "email": f"person{i}@example.org",
            "active": i % 3 == 0,
            "balance": i * 1.25 - 1000.0,
            "tags": ["alpha", f"tag{i % 17}", "line\nbreak"],
            "address": {"street": f"{i % 300} Long Street Name", "city": "Springfield", "zip": 10000 + i},
            "scores": [i, i * 3 % 101, i * 7 % 103, i * 11 % 107],
        }
        for i in range(n)
    ]


def run(n):
    people = make(n)
    total = 0
    for turn in range(4):
        text = json.dumps(people, ensure_ascii=False, separators=(",", ":"))
        total += len(text.encode()) + turn
    # Rusk writes whole floats without ".0": 2 bytes less for each balance that is one
    return total - 4 * 2 * sum(p["balance"].is_integer() for p in people)


def main() -> int:
    return run(4500)
