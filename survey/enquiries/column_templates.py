"""Makes the text of a field out of other columns: `{caller_id|address}@staff.example`.

`{column}` stands for the cell as it is, `{column|address}` for the cell made safe to stand in an
e-mail address, since what helpdesks call their callers ("Caller 2403", "O'Brien, Zoë") often is
not.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

PIECES = re.compile(r"\{([^{}|]+)(?:\|([^{}|]*))?\}")
FILTER = "address"
LONGEST_LOCAL_PART = 64


@dataclass(frozen=True)
class Template:
    """Fixed texts and, between them, columns; `pieces` are (text before, column, whether safe)."""

    pieces: tuple[tuple[str, str, bool], ...]
    end: str

    @classmethod
    def of(cls, text: str) -> "Template":
        """Read a template.

        Raises:
            ValueError: it names no column, an unknown filter, or has a brace too many.
        """
        fixed = PIECES.split(text)
        befores, columns, filters = fixed[:-1:3], fixed[1::3], fixed[2::3]
        if not columns:
            raise ValueError("names no column; write it in braces, such as {caller_id}")
        if any("{" in part or "}" in part for part in fixed[::3]):
            raise ValueError("has a brace too many")
        for name in filters:
            if name not in (None, FILTER):
                raise ValueError(f"no filter is called {name!r}; there is {FILTER}")
        safe = (name == FILTER for name in filters)
        return cls(tuple(zip(befores, columns, safe, strict=True)), fixed[-1])

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is made of."""
        return tuple(column for _, column, _ in self.pieces)

    def fill(self, cell: Callable[[str], str | None]) -> str | None:
        """The text for one row; None where a cell is missing, or nothing of it is safe."""
        text = ""
        for before, column, safe in self.pieces:
            value = cell(column)
            if value is not None and safe:
                value = address_safe(value)
            if not value:
                return None
            text += before + value
        return text + self.end


def address_safe(text: str) -> str:
    """What of `text` may stand before the @: "Caller 2403" is "caller-2403", "Zoë" is "zoe"."""
    plain = unicodedata.normalize("NFKD", text.lower())
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    dashed = re.sub(r"[^a-z0-9._-]+", "-", ascii_only)
    return re.sub(r"\.{2,}", ".", dashed).strip(".-")[:LONGEST_LOCAL_PART].rstrip(".-")
