"""How fast comments are read, beside TextBlob's own sentiment alone, and what memory that takes.

The whole reading (mood, themes, redaction, urgency) of real comments where the development data is
at hand, else of our own; both in turn, many rounds, in one process.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from textblob import TextBlob

from benchmarks.tables import print_table
from survey.comments.understanding import understand
from training import detecting, evaluation
from training.corpus import own_examples, read_examples

DATA = Path("../shared/data")
REAL = DATA / "nhs_fft_v6.jsonl"
MOST = 1000
ROUNDS = 15
RESIDENT = """
import textblob
{more}
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""
READ_ONE = "from survey.comments.understanding import understand; understand('Lovely, but late')"


def run() -> None:
    """Measure, and print what is reached."""
    examples = read_examples(REAL) if REAL.exists() else own_examples()
    texts = [one.text for one in examples][:MOST]
    rounds = [(_seconds(_plain, texts), _seconds(understand, texts)) for _ in range(ROUNDS)]
    ratios = sorted(plain / whole for plain, whole in rounds)
    print_table(
        f"Reading comments, {len(texts):,} in {ROUNDS} interleaved rounds",
        ("", "comments/s", "ratio, median", "lowest", "highest"),
        [
            ("TextBlob's sentiment alone", _rate(texts, [one for one, _ in rounds]), "1", "", ""),
            (
                "the whole reading",
                _rate(texts, [two for _, two in rounds]),
                *(f"{ratio:.2f}" for ratio in (median(ratios), ratios[0], ratios[-1])),
            ),
        ],
    )
    alone, ours = _kilobytes(""), _kilobytes(READ_ONE)
    lexicon = _kilobytes("textblob.TextBlob('a good word').sentiment")
    print(f"Memory over importing TextBlob: {(ours - alone) / 1000:.1f} MB")
    print(f"(TextBlob's own lexicon, once used: {(lexicon - alone) / 1000:.1f} MB)\n")
    if DATA.exists():
        print(evaluation.report(DATA))
        print(detecting.report(DATA), flush=True)


def _plain(text: str) -> object:
    return TextBlob(text).sentiment


def _seconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - started


def _rate(texts: Sequence[str], seconds: Sequence[float]) -> str:
    return f"{len(texts) / median(seconds):,.0f}"


def _kilobytes(more: str) -> int:
    """Resident memory of a fresh process that has done no more than this."""
    command = [sys.executable, "-c", RESIDENT.format(more=more)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
