"""What the compiler reports: catalogue, collector, rendering (09, 08 §14.6)."""

from __future__ import annotations

from collections.abc import Sequence

from rusk.diagnostics.catalogue import CATALOGUE
from rusk.diagnostics.core import Diagnostic, Diagnostics, Fix, Secondary
from rusk.diagnostics.similar import nearest

__all__ = ["CATALOGUE", "Diagnostic", "Diagnostics", "Fix", "Secondary", "nearest", "render", "render_all"]


def render(diagnostic: Diagnostic, color: bool = False) -> str:
    """The text of one diagnostic as on the terminal, without a final line end
    (`rusk.diagnostics.rendering`).
    """
    from rusk.diagnostics import rendering

    return rendering.render(diagnostic, color)


def render_all(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """The text of several diagnostics in the order given, separated by empty lines."""
    from rusk.diagnostics import rendering

    return rendering.render_all(diagnostics, color)
