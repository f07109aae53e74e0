"""JSON: a document of about 1 MB read into dicts."""

import json

EXPECTED = 279224448


def make(n):
    people = [
        f'{{"id": {i}, "name": "Person \\"{i}\\" Müller", "email": "person{i}@example.org", "active": {str(i % 3 == 0).lower()}, '
        f'"balance": {i * 1.25 + 0.1}, "tags": ["alpha", "tag{i % 17}", "line\\nbreak"], '
        f'"address": {{"street": "{i % 300} Long Street Name", "city": "Springfield", "zip": {10000 + i}}}, '
        f'"scores": [{i}, {i * 3 % 101}, {i * 7 % 103}, {i * 11 % 107}]}}'
        for i in range(n)
    ]
    return "[" + ",\n".join(people) + "]"


def run(n):
    text = make(n)
    total = 0
    for _ in range(4):
        for p in json.loads(text):
            total += p["id"] + len(p["name"].encode()) + len(p["tags"]) + p["address"]["zip"] + p["scores"][3]
            if p["active"]:
                total += int(p["balance"])
    return total


def main() -> int:
    return run(4500)
