"""JSON as values of any shape: a document of about 1 MB read, walked, and written again."""

import json

EXPECTED = 3190350


def make(n):
    rows = [
        f'{{"id":{i},"kind":"item{i % 13}","on":{str(i % 2 == 0).lower()},"none":null,"size":{i * 0.5 + 0.25},'
        f'"path":[{i},["a","b c",{{"deep":"é\\t"}}]]}}'
        for i in range(n)
    ]
    return "[" + ",".join(rows) + "]"


def weigh(v):
    if v is None:
        return 1
    if v is True:
        return 2
    if v is False:
        return 3
    if isinstance(v, int):
        return v % 10
    if isinstance(v, float):
        return int(v) % 10
    if isinstance(v, str):
        return len(v.encode())
    if isinstance(v, list):
        return sum([weigh(item) for item in v])
    return sum([len(key.encode()) + weigh(value) for key, value in v.items()])


def run(n):
    text = make(n)
    total = 0
    for _ in range(2):
        value = json.loads(text)
        total += weigh(value)
        total += len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    return total


def main() -> int:
    return run(10000)
