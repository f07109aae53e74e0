from collections.abc import Sequence

from rusk._interp import Session

def save(session: Session, pins: Sequence[int] = ()) -> bytes: ...
