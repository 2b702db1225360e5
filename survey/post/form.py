"""Letters that are the same but for a few words: written down once, then only the blanks filled in.

What is the same is put into quoted-printable when the form is made. A letter from it says and does
what one built from the filled-in text would; a test holds the two equal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from markupsafe import escape

from survey.post.letter import Letter
from survey.post.mime import SOFT_BREAK, quoted

# Characters for private use, which nothing that comes in can mean anything by.
BLANK = re.compile("\ue000([a-z]+)\ue001")


def blank(name: str) -> str:
    """What stands in a form where the value of that name will stand."""
    return f"\ue000{name}\ue001"


class Form:
    """A letter with blanks, in whatever of it may differ; its sender may not."""

    def __init__(self, pattern: Letter) -> None:
        self.pattern = pattern
        self.text, self.html = _Blanks(pattern.text), _Blanks(pattern.html)
        self._lines = {
            name: _Blanks(getattr(pattern, name))
            for name in ("to", "subject", "message_id", "return_path")
        }
        self._headers = {name: _Blanks(value) for name, value in pattern.headers.items()}

    def fill(self, values: Mapping[str, str]) -> Letter:
        """The letter with these values, plain text, in its blanks.

        Raises:
            KeyError: a blank has no value.
        """
        escaped = {name: str(escape(value)) for name, value in values.items()}
        lines = {name: line.fill(values) for name, line in self._lines.items()}
        return _Filled(
            to=lines["to"],
            subject=lines["subject"],
            message_id=lines["message_id"],
            return_path=lines["return_path"],
            text=self.text.fill(values),
            html=self.html.fill(escaped),
            sender=self.pattern.sender,
            headers={name: line.fill(values) for name, line in self._headers.items()},
            form=self,
            values=values,
            escaped=escaped,
        )


@dataclass(frozen=True, kw_only=True)
class _Filled(Letter):
    """A letter that knows the form it came from, and so is written down in a fraction."""

    form: Form = field(compare=False, repr=False)
    values: Mapping[str, str] = field(compare=False, repr=False)
    escaped: Mapping[str, str] = field(compare=False, repr=False)

    def bodies(self) -> tuple[bytes, bytes]:
        return self.form.text.splice(self.values), self.form.html.splice(self.escaped)


class _Blanks:
    """A text with blanks: what stands between them, and their names.

    Written down, each piece of it ends in a soft break where its line goes on: so each keeps its
    own lines, and none grows too long.
    """

    def __init__(self, text: str) -> None:
        parts = BLANK.split(text)
        self.between, self.names = parts[::2], parts[1::2]
        *pieces, last = map(quoted, self.between)
        self._quoted = [*map(_going_on, pieces), last]

    def fill(self, values: Mapping[str, str]) -> str:
        filled = [values[name] for name in self.names]
        return "".join(chain.from_iterable(zip(self.between, [*filled, ""], strict=True)))

    def splice(self, values: Mapping[str, str]) -> bytes:
        filled = {name: _going_on(quoted(values[name])) for name in set(self.names)}
        words = [filled[name] for name in self.names]
        return b"".join(chain.from_iterable(zip(self._quoted, [*words, b""], strict=True)))


def _going_on(piece: bytes) -> bytes:
    return piece if not piece or piece.endswith(b"\r\n") else piece + SOFT_BREAK
