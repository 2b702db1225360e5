"""Signs of danger, threat or whistle-blowing in a comment: what a person must look at, at once.

The signs stand in urgency.toml, for those who answer for them to read and mend.
"""

import tomllib
from functools import cache
from pathlib import Path

from survey.comments.phrases import Phrases
from survey.comments.text import Text

SIGNS = Path(__file__).with_name("urgency.toml")
DANGER, THREAT, WHISTLE_BLOWING = "danger", "threat", "whistle_blowing"
KINDS = (DANGER, THREAT, WHISTLE_BLOWING)
# How the compiled phrases name what takes a sign back.
UNLESS = "unless:"


def urgent(text: Text) -> tuple[str, ...]:
    """The kinds of urgent sign in a comment, in the order of KINDS; mostly none."""
    found = _signs().find(text.plain)
    if not found:
        return ()
    taken_back = {
        (one.label.removeprefix(UNLESS), token)
        for one in found
        if one.label.startswith(UNLESS)
        for token in range(one.first, one.last + 1)
    }
    told = {one.label for one in found if (one.label, one.anchor) not in taken_back}
    return tuple(kind for kind in KINDS if kind in told)


@cache
def _signs() -> Phrases:
    content = tomllib.loads(SIGNS.read_text(encoding="utf-8"))
    labelled: dict[str, list[str]] = {}
    for kind in KINDS:
        labelled[kind] = content["kinds"][kind]["words"]
        labelled[UNLESS + kind] = content["kinds"][kind]["unless"]
    return Phrases(labelled, content["lists"])
