"""Runs one command and tells how long it took and the most memory it held, as a line of JSON.

It is a small process of its own, since on Linux a new process counts as its own the memory of the
one that started it, and whoever runs benchmarks holds a lot.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What a command took: seconds by the clock, and the most resident memory, in MiB."""

    seconds: float
    mebibytes: float


def measured(command: list[str], environment: dict[str, str]) -> Usage:
    """Run a command to its end and measure it.

    Raises:
        CalledProcessError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measured", *command],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    return Usage(**json.loads(done.stdout.splitlines()[-1]))


def _measure(command: list[str]) -> int:
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    # Linux counts it in KiB.
    print(json.dumps({"seconds": seconds, "mebibytes": usage.ru_maxrss / 1024}))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(_measure(sys.argv[1:]))
