"""Tokens, syntax tree and parser (01)."""

from __future__ import annotations

from rusk.syntax.parser import parse_file

__all__ = ["parse_file"]
