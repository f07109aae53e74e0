"""Dynamic dispatch over four kinds of shapes."""

EXPECTED = 61_688_122


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side

    def grow(self, by):
        self.side = (self.side + by) % 50


class Rect:
    def __init__(self, w, h):
        self.w = w
        self.h = h

    def area(self):
        return self.w * self.h

    def grow(self, by):
        self.w = (self.w + by) % 60


class Tri:
    def __init__(self, base, height):
        self.base = base
        self.height = height

    def area(self):
        return self.base * self.height // 2

    def grow(self, by):
        self.height = (self.height + by) % 70


class Dot:
    def __init__(self, n):
        self.n = n

    def area(self):
        return 1

    def grow(self, by):
        self.n = self.n + by


def run(n):
    shapes = [Square(3), Rect(2, 5), Tri(4, 6), Dot(0)]
    total = 0
    for i in range(n):
        for s in shapes:
            s.grow(i % 7)
            total += s.area()
    return total


def main() -> int:
    return run(60000)
