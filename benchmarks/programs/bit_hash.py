"""Hashing with shifts, rotations and masks."""

EXPECTED = 3_661_172_100


M = 0xFFFFFFFF


def rotate(x, n):
    return (x << n | x >> (32 - n)) & M


def murmur(data, seed):
    h = seed
    for k in data:
        x = k * 0xCC9E2D51 & M
        x = rotate(x, 15) * 0x1B873593 & M
        h = rotate(h ^ x, 13) * 5 + 0xE6546B64 & M
    h ^= len(data) * 4
    h = (h ^ h >> 16) * 0x85EBCA6B & M
    h = (h ^ h >> 13) * 0xC2B2AE35 & M
    return h ^ h >> 16


def run(n):
    data = []
    x = 12345
    for _ in range(n):
        x ^= x << 13 & M
        x ^= x >> 17
        x ^= x << 5 & M
        data.append(x)
    return murmur(data, 1) ^ murmur(data, 42) << 1


def main() -> int:
    return run(60000)
