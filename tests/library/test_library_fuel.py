"""Library functions whose work grows with their data are charged for it (07 §10): a host that gives fuel in slices stays in charge."""

from __future__ import annotations

import pytest

import rusk

#: with `s` a text of 64 KiB without spaces, `u` one of as many bytes outside ASCII, `parts` 64 Ki short strings
CALLS = (
    's.find("b")', 's.rfind("b")', 's.contains("bb")', 's.count_of("b")', 's.split("b")', 's.split_once("b")', "s.split_space()", "s.lines()",
    "s.to_upper()", "u.to_lower()", "s.reverse()", "s.to_chars()", "u.char_len()", "u.char_at(30000)", 's.replace("b", "")', "s.repeat(2)",
    "s.pad_start(131072, '☂')", 'string::join(parts, ",")', "string::concat_all(parts)", '(" ".repeat(65536) + "a").trim()',
    's.to_bytes().find(b"b")', "s.to_bytes().to_hex()", "s.to_bytes().to_array()", 's == ("a".repeat(65535) + "b")', "s.hash()",
)  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_charged_by_size(call: str) -> None:
    program = rusk.compile(
        f"""fn main() {{
            let s = "a".repeat(65536);
            let u = "é".repeat(32768);
            let parts = ["ab"]; parts.resize(65536, "ab");
            let i = 0;
            while i < 20 {{ {call}; i = i + 1; }}
        }}""",
        opt_level=0,  # the optimiser leaves out what nobody reads
    )
    session = program.start()
    slices = 0
    while isinstance(session.step(fuel=1000), rusk.Yield):
        slices += 1
    assert slices >= 20, "a slice is overrun by at most one built-in"
