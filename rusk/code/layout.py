"""Order of blocks: loops that test at the top are turned so that they test at the bottom."""

from __future__ import annotations

from typing import Final

from rusk.code.lir import BRANCH, COUNTING, JUMP, LBlock, LFunction

#: how many blocks of a loop are searched for its test
_SEARCH: Final = 32


def rotate(f: LFunction) -> None:
    """Turn loops whose last block jumps back to the first.

    ``H..K, T..L`` where K leaves the loop or goes on to T, and L jumps to H, becomes ``T..L, H..K``: L falls through and K goes back itself,
    which saves the jump in every turn, for one when the loop is entered. Any order of blocks is right; only the first stays first.
    """
    blocks = f.blocks
    last: dict[LBlock, LBlock] = {}
    for b in blocks:
        for t in b.term.targets:
            if t.index <= b.index:
                last[t] = b
    if not last:
        return
    for head, tail in sorted(last.items(), key=lambda x: x[1].index - x[0].index):
        i, j = head.index, tail.index
        if 0 < i < j and tail.term.kind == JUMP and tail.term.targets[0] is head:
            cut = _find_cut(blocks, i, j)
            if cut:
                blocks[i : j + 1] = blocks[cut : j + 1] + blocks[i:cut]
                for n in range(i, j + 1):
                    blocks[n].index = n


def _find_cut(blocks: list[LBlock], i: int, j: int) -> int:
    """The block of the loop ``i .. j`` that follows the first test whether to leave it; 0 if there is none."""
    for k in range(i, min(j, i + _SEARCH)):
        term = blocks[k].term
        if term.kind != BRANCH or term.cond in COUNTING:
            continue
        for stay, leave in (term.targets, term.targets[::-1]):
            n = leave.index
            for _ in range(_SEARCH):
                if not i <= n <= j or not _is_empty(blocks[n]):
                    break
                n = blocks[n].term.targets[0].index
            if i <= n <= j or not k < stay.index <= j:
                continue
            if all(_is_empty(blocks[m]) for m in range(k + 1, stay.index)):
                return stay.index
    return 0


def _is_empty(b: LBlock) -> bool:
    return not b.instrs and b.term.kind == JUMP
