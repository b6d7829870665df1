"""The command `semblance`: a light door, so that Ctrl-C while the rest is loaded ends it quietly."""

from __future__ import annotations

import sys


def main() -> None:
    """Exit status 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted."""
    try:
        from semblance.command_line import status

        ended = status()
    except KeyboardInterrupt:
        ended = 130
    sys.exit(ended)


if __name__ == "__main__":
    main()
