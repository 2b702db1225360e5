"""One letter, to be varied."""

from dataclasses import replace
from typing import Any

from survey.post.letter import Letter

LETTER = Letter(
    to="ada@example.org",
    subject="How did we do? – café",
    text="Hello Ada,\n\n.one line begins with a dot\nhttps://survey.example/a/token\n",
    html="<p>Hello <b>Ada</b>, naïve café</p>",
    sender="Survey Team <survey@example.net>",
    message_id="<1.letter@example.net>",
    headers={"List-Unsubscribe": f"<https://survey.example/u/{'x' * 120}>"},
)


def letter(**over: Any) -> Letter:
    return replace(LETTER, **over)
