"""The abstract syntax tree of Rusk.

One class per construct of ``docs/language/01-syntax.md`` §4, after the desugarings that need no types
(trailing closures and named binds, §5.5). Every node carries its place as character offsets ``pos``
(inclusive) and ``end`` (exclusive) into the text of its file.

The parser fills the constructor fields. The slots ``ty`` and ``res`` start as None and are filled by the
type checker (``rusk.types``): ``ty`` is the type of an expression or pattern, ``res`` what a name, call
or operator was resolved to (see ``rusk/types/resolved.py``). The lowering (``rusk.mir``) reads them.
"""

from rusk.syntax.ast.expressions import *  # noqa: F403
from rusk.syntax.ast.items import *  # noqa: F403
from rusk.syntax.ast.nodes import *  # noqa: F403
from rusk.syntax.ast.patterns import *  # noqa: F403
from rusk.syntax.ast.types import *  # noqa: F403
