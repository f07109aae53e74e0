"""Conway's game of life on a torus."""

EXPECTED = 526_061


class Grid:
    def __init__(self, n):
        self.n = n
        self.cells = [i * 7 % 11 < 4 for i in range(n * n)]

    def alive(self, x, y):
        n = self.n
        return 1 if self.cells[y % n * n + x % n] else 0

    def step(self):
        nxt = []
        for y in range(self.n):
            for x in range(self.n):
                around = (
                    self.alive(x - 1, y - 1)
                    + self.alive(x, y - 1)
                    + self.alive(x + 1, y - 1)
                    + self.alive(x - 1, y)
                    + self.alive(x + 1, y)
                    + self.alive(x - 1, y + 1)
                    + self.alive(x, y + 1)
                    + self.alive(x + 1, y + 1)
                )
                nxt.append(around == 3 or around == 2 and self.alive(x, y) == 1)
        self.cells = nxt

    def count(self):
        return sum(1 for cell in self.cells if cell)


def run(n):
    g = Grid(n)
    total = 0
    for _ in range(20):
        g.step()
        total = total * 3 % 1000003 + g.count()
    return total


def main() -> int:
    return run(40)
