"""What a program is made of, in a few bytes a part: to say what has changed when a saved session meets another program.

A part is a function, a nominal type, an effect operation or a host import. Its print is eight bytes: four of a hash of its name, four of one of what it
is, in which other parts go by name: what moves in the tables only is no change.
"""

from __future__ import annotations

from hashlib import blake2b

from rusk.code.disasm import function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from rusk.code.image import Image

#: bytes of the print of a part
SIZE: Final = 8
#: changes that are named
_MOST: Final = 5


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()


def _parts(image: Image) -> Iterator[tuple[str, str]]:
    """The name of each part, and what it is."""
    seen: dict[str, int] = {}
    for n, f in enumerate(image.funcs):
        text = function(image, n)
        name = f"{f.kind if f.kind != 'fn' else 'function'} `{f.name}`"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name += f" ({seen[name]})"
        # numbers of functions, handlers and of the function itself say nothing
        yield name, _unnumbered(text)
    for t in image.types:
        if t.fields or t.variants or t.newtype:
            parts = [image.types[a].text for a in t.args]
            variants = [(v.name, *[image.types[a].text for a in v.args]) for v in t.variants]
            yield f"type `{t.text}`", repr((t.kind, t.newtype, t.fields, parts, variants))
    for kind, signatures in (("host function", image.imports), ("effect", image.ops)):
        for s in signatures:
            yield (
                f"{kind} `{s.name}`",
                repr(([image.types[p].text for p in s.params], image.types[s.ret].text, s.external)),
            )


def _unnumbered(text: str) -> str:
    head, _, body = text.partition("\n")
    kind, _, rest = head.partition(" ")
    out = [kind + rest.partition(" ")[2]]
    for line in body.splitlines():
        words = line.split()
        out.append(" ".join([word.partition("#")[0] for word in words]))
    return "\n".join(out)


def prints(image: Image) -> bytes:
    """The prints of all parts of ``image``, one after the other."""
    return b"".join([_hash(name) + _hash(text) for name, text in _parts(image)])


def changes(old: bytes, image: Image) -> list[str]:
    """How ``image`` differs from the program whose `prints` are ``old``, in words; parts that are gone have no names any more."""
    before = {old[i : i + 4]: old[i + 4 : i + SIZE] for i in range(0, len(old) - SIZE + 1, SIZE)}
    out = []
    for name, text in _parts(image):
        was = before.pop(_hash(name), None)
        if was is None:
            out.append(f"{name} is new")
        elif was != _hash(text):
            out.append(f"{name} has changed")
    if before:
        out.append(f"{len(before)} part{'s are' if len(before) > 1 else ' is'} gone")
    if len(out) > _MOST:
        out[_MOST:] = [f"and {len(out) - _MOST} more"]
    return out
