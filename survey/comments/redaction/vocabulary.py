"""The words redaction goes by, read once from the files beside this one.

They are data, so that a name or a product that was missed is a line in a file
and not a change of code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def data(name: str) -> dict[str, Any]:
    """What a file beside this one holds."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def words(of: str) -> frozenset[str]:
    """A list of words, as they stand in the files: apart by white space."""
    return frozenset(of.split())


@dataclass(frozen=True)
class Vocabulary:
    """First names and the words around them; `cues.toml` says what each set is for."""

    known: frozenset[str]
    also_words: frozenset[str]
    cues: Mapping[str, frozenset[str]]

    def __getitem__(self, cue: str) -> frozenset[str]:
        return self.cues[cue]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read at the first use."""
    names = data("names.toml")
    known = frozenset().union(*(words(group) for group in names["known"].values()))
    cues = {cue: words(of) for cue, of in data("cues.toml").items()}
    return Vocabulary(known, words(names["also_words"]["words"]), cues)


V = vocabulary()
KNOWN, ALSO_WORDS = V.known, V.also_words
TITLES, TITLES_TOO = V["titles"], V["titles_also_words"]
ORDINARY, PLACES = V["ordinary"], V["places"]
NAMED = KNOWN | TITLES
# Written with a capital, these need no explanation.
EXPLAINED = frozenset(
    form
    for word in ORDINARY - ALSO_WORDS
    for form in (word.capitalize(), word.capitalize().replace("'", "’"))
)
