"""Hashing with shifts, rotations and masks."""

EXPECTED = 3_394_331_904


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


def crc_table():
    table = []
    for n in range(256):
        c = n
        for _ in range(8):
            c = c >> 1 ^ 0xEDB88320 if c & 1 == 1 else c >> 1
        table.append(c)
    return table


def crc(data, table):
    c = M
    for k in data:
        c = table[(c ^ k) & 255] ^ c >> 8
        c = table[(c ^ k >> 8) & 255] ^ c >> 8
    return c ^ M


def reverse(x):
    """The bits of x in the opposite order."""
    y = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1
    y = (y >> 2 & 0x33333333) | (y & 0x33333333) << 2
    y = (y >> 4 & 0x0F0F0F0F) | (y & 0x0F0F0F0F) << 4
    y = (y >> 8 & 0x00FF00FF) | (y & 0x00FF00FF) << 8
    return y >> 16 | (y & 0xFFFF) << 16


def mix(data):
    h = 0
    for k in data:
        h ^= reverse(k) ^ k.bit_count()
    return h


def run(n):
    data = []
    x = 12345
    for _ in range(n):
        x ^= x << 13 & M
        x ^= x >> 17
        x ^= x << 5 & M
        data.append(x)
    return murmur(data, 1) ^ murmur(data, 42) << 1 ^ crc(data, crc_table()) ^ mix(data)


def main() -> int:
    return run(60000)
