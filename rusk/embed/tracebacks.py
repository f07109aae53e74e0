"""Rusk tracebacks as text (07 §11)."""

from __future__ import annotations

from collections.abc import Sequence

#: (function, path, line, column)
RawFrame = tuple[str, str, int, int]

#: longest cycle of calls that is recognised as a repetition
_PERIOD = 6
#: repetitions of a cycle that are shown at its start
_SHOWN = 2
#: frames shown from either end of a traceback that is still long after that
_ENDS = 60


def frame_line(frame: RawFrame) -> str:
    """One line of a traceback, without line end."""
    name, path, line, col = frame
    return f"  {name} at {path}:{line}:{col}" if path else f"  {name}"


def render(frames: Sequence[RawFrame]) -> str:
    """The active functions, outermost first, one line each; long runs of equal frames, also of mutual recursion, are shortened."""
    if not frames:
        return ""
    out = shorten(frames)
    if len(out) > 2 * _ENDS:
        left_out = len(out) - 2 * _ENDS
        out = [*out[:_ENDS], f"  ... {left_out} lines left out ...", *out[-_ENDS:]]
    return "traceback (innermost last):\n" + "".join([line + "\n" for line in out])


def shorten(frames: Sequence[RawFrame]) -> list[str]:
    """The lines for ``frames``, cycles that repeat shown twice and then counted."""
    out: list[str] = []
    i = 0
    n = len(frames)
    while i < n:
        period = 0
        for p in range(1, _PERIOD + 1):
            # a cycle must repeat often enough to be worth a line of its own
            k = i + p
            while k < n and frames[k] == frames[k - p]:
                k += 1
            times = (k - i) // p
            if times > _SHOWN + 1:
                period = p
                break
        if not period:
            out.append(frame_line(frames[i]))
            i += 1
            continue
        for frame in frames[i : i + _SHOWN * period]:
            out.append(frame_line(frame))
        more = times - _SHOWN
        what = "frame" if period == 1 else f"{period} frames"
        out.append(f"  ... the last {what} repeated {more} more times ...")
        i += times * period
    return out
