"""``python -m tests.benchmarks NAME`` runs a benchmark's ``main()``; without one it lists them.

What follows the name is given to ``main()``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def _names() -> list[str]:
    return sorted(
        path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_")
    )


def _run(arguments: list[str]) -> int | str:
    if not arguments:
        print("\n".join(_names()))
        return 0
    name = arguments[0]
    if name not in _names():
        return f"no benchmark {name}; there are: {', '.join(_names())}"
    import_module(f"tests.benchmarks.{name}").main(*arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1:]))
