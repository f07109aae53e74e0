"""``python -m rusk``."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from rusk.cli import main

        status = main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        status = 130
    sys.exit(status)
