"""Lowering: the typed AST of a function becomes generic MIR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.mir.lower.function import lower_item

if TYPE_CHECKING:
    from rusk.mir.ir import Function
    from rusk.types.items import FnItem
    from rusk.types.world import World


def lower_fn(world: World, fn: FnItem) -> Function:
    """The generic MIR of a function whose body has been checked without errors; remembered in ``fn.lowered``."""
    if fn.lowered is None:
        fn.lowered = lower_item(world, fn)
    return fn.lowered  # type: ignore[return-value]
