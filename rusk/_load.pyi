from collections.abc import Sequence

from rusk._interp import Session

def load(session: Session, data: bytes, start: int, pins: Sequence[int] = ()) -> list[int]: ...
