"""Shortest paths with a binary heap."""

EXPECTED = 577_074


class Edge:
    __slots__ = ("to", "cost")

    def __init__(self, to, cost):
        self.to = to
        self.cost = cost


class Queue:
    def __init__(self, first):
        self.items = [first]

    def push(self, it):
        items = self.items
        i = len(items)
        items.append(it)
        while i > 0:
            up = (i - 1) // 2
            if items[up].cost <= it.cost:
                break
            items[i] = items[up]
            i = up
        items[i] = it

    def pop(self):
        items = self.items
        if not items:
            return None
        least = items[0]
        last = items.pop()
        n = len(items)
        if n:
            i = 0
            while True:
                child = 2 * i + 1
                if child >= n:
                    break
                if child + 1 < n and items[child + 1].cost < items[child].cost:
                    child += 1
                if last.cost <= items[child].cost:
                    break
                items[i] = items[child]
                i = child
            items[i] = last
        return least


def run(n):
    graph = []
    x = 1
    for _ in range(n):
        edges = []
        for _ in range(5):
            x = (x * 1103515245 + 12345) % 2147483648
            edges.append(Edge(x // 8 % n, 1 + x // 1024 % 100))
        graph.append(edges)
    far = 1000000000
    best = [far] * n
    best[0] = 0
    queue = Queue(Edge(0, 0))
    while True:
        it = queue.pop()
        if it is None:
            break
        if it.cost > best[it.to]:
            continue
        for e in graph[it.to]:
            cost = it.cost + e.cost
            if cost < best[e.to]:
                best[e.to] = cost
                queue.push(Edge(e.to, cost))
    return sum(d for d in best if d < far)


def main() -> int:
    return run(3000)
