"""`python -m benchmarks`, which is `make bench`: runs each benchmark and prints its tables.

`python -m benchmarks peer` runs this one alone, and so with each of their names.
"""

import argparse
import os
import platform
from datetime import UTC, datetime
from functools import partial

from benchmarks import answering, figures, importing, peer, reading, sending

BENCHMARKS = {
    "answering": answering.run,
    "peer": peer.run,
    "importing": importing.run,
    "sending": sending.run,
    "reading": reading.run,
    "figures": figures.run,
}


def main() -> None:
    """Say on what machine and how busy, then measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument(
        "--responses", type=int, default=figures.MANY, help="how many figures are asked of"
    )
    arguments = parser.parse_args()
    names: list[str] = arguments.names
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}, only {', '.join(BENCHMARKS)}")
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load before: {load}")
    print(f"Python {platform.python_version()}")
    runs = BENCHMARKS | {"figures": partial(figures.run, arguments.responses)}
    for name in names or runs:
        runs[name]()


if __name__ == "__main__":
    main()
