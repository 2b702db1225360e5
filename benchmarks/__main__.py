"""`python -m benchmarks`, which is `make bench`: runs each benchmark and prints its tables."""

import os
import platform
from datetime import UTC, datetime

from benchmarks import answering, importing, reading, sending


def main() -> None:
    """Say on what machine and how busy, then measure."""
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load before: {load}")
    print(f"Python {platform.python_version()}")
    answering.run()
    importing.run()
    sending.run()
    reading.run()


if __name__ == "__main__":
    main()
