"""A discrete event simulation of a queue with three servers."""

EXPECTED = 543_508_877


class Event:
    __slots__ = ("at", "kind", "who")

    def __init__(self, at, kind, who):
        self.at = at
        self.kind = kind
        self.who = who


class Customer:
    __slots__ = ("arrived", "served")

    def __init__(self, arrived):
        self.arrived = arrived
        self.served = 0


class Sim:
    def __init__(self):
        self.now = 0
        self.events = []
        self.waiting = []
        self.head = 0
        self.busy = 0
        self.total = 0
        self.seed = 7

    def random(self, n):
        self.seed = (self.seed * 1103515245 + 12345) % 2147483648
        return self.seed // 65536 % n

    def at(self, time, kind, who):
        events = self.events
        i = len(events)
        events.append(Event(time, kind, who))
        while i > 0 and events[(i - 1) // 2].at > events[i].at:
            up = (i - 1) // 2
            events[i], events[up] = events[up], events[i]
            i = up

    def next(self):
        events = self.events
        if not events:
            return None
        first = events[0]
        last = events.pop()
        n = len(events)
        if n:
            events[0] = last
            i = 0
            while True:
                c = 2 * i + 1
                if c >= n:
                    break
                if c + 1 < n and events[c + 1].at < events[c].at:
                    c += 1
                if events[i].at <= events[c].at:
                    break
                events[i], events[c] = events[c], events[i]
                i = c
        return first

    def serve(self):
        if self.busy < 3 and self.head < len(self.waiting):
            c = self.waiting[self.head]
            c.served = self.now
            self.total += c.served - c.arrived
            self.head += 1
            self.busy += 1
            self.at(self.now + 5 + self.random(20), 1, self.head)


def run(n):
    sim = Sim()
    left = n
    sim.at(0, 0, 0)
    while True:
        e = sim.next()
        if e is None:
            break
        sim.now = e.at
        if e.kind == 0:
            sim.waiting.append(Customer(e.at))
            left -= 1
            if left > 0:
                sim.at(e.at + 1 + sim.random(9), 0, 0)
        else:
            sim.busy -= 1
        sim.serve()
    return sim.total % 1000000 * 1000 + sim.now % 1000


def main() -> int:
    return run(20000)
