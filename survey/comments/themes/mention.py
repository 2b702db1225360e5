"""What it is to mention a theme: which one, and the words that told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """One theme in one clause of a comment.

    Attributes:
        theme: its key.
        words: the words that matched, as they stand in the comment.
        clause: the number of the clause they stand in, as `Words.clauses` counts.
    """

    theme: str
    words: tuple[str, ...]
    clause: int
