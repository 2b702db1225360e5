"""What no text may hold that others are shown: it would read otherwise than it is written.

Control characters; halves of surrogate pairs, which no database stores; line and paragraph
separators; and all that changes the direction of writing (the property Bidi_Control of Unicode
Standard Annex 9), by which a name may pass for another one and drag along what stands beside it.
"""

import re

_CONTROL = r"\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029"
_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_MISLEADING = re.compile(f"[{_CONTROL}{_DIRECTION}]")
MISLEADING_FOUND = (
    "must not contain control characters, or characters that change the direction of writing"
)


def reads_as_written(text: str) -> bool:
    """Whether a text holds nothing of that kind."""
    return not _MISLEADING.search(text)
