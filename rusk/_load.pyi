from rusk._interp import Session
from rusk._values import Cont

def load(session: Session, data: bytes, start: int) -> list[Cont]: ...
