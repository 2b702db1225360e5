"""What kind of question a comment answers: to "what could be better?", "nothing" is praise."""

import re

IMPROVE, GOOD = "improve", "good"
ASKS_TO_IMPROVE = re.compile(
    r"\b(better|improv\w*|different(ly)?|change|wrong|missing|worse|dislike\w*|bad)\b", re.I
)
ASKS_FOR_GOOD = re.compile(r"\b(good|well|best|like[ds]?|enjoy\w*|right|praise)\b", re.I)
ASKS_FOR_ALL = re.compile(r"\b(why|anything|should we know|tell us|comments?|or)\b", re.I)


def kind_of(question: str | None) -> str | None:
    """IMPROVE or GOOD where a question asks for one side only; None where it asks for anything."""
    if not question or ASKS_FOR_ALL.search(question):
        return None
    improve, good = ASKS_TO_IMPROVE.search(question), ASKS_FOR_GOOD.search(question)
    if bool(improve) == bool(good):
        return None
    return IMPROVE if improve else GOOD
