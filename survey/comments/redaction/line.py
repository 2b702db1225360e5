"""A comment cut up for naming: as typed, in lower case, and what stands between the words."""

import re
import unicodedata
from dataclasses import dataclass

LETTERS = re.compile(r"[^\W\d_]+")
WORD = re.compile(r"[^\W\d_]+(?:['’‘-][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s?$")
# Letters of the same length without their accents: people leave them out, or put them in.
PLAIN = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
} | str.maketrans("øłđ", "old")
SENTENCE_END = re.compile(r"[.!?:\n•\"]")


@dataclass(frozen=True, slots=True)
class Line:
    """A comment as words, for naming: as typed, in lower case without 's, and where each stands."""

    text: str
    raw: list[str]
    low: list[str]
    start: list[int]

    def end(self, word: int) -> int:
        """Where a word ends, without the 's of a possessive."""
        return self.start[word] + len(self.low[word])

    def owner(self, word: int) -> bool:
        """Whether it has the 's of a possessive."""
        return len(self.raw[word]) != len(self.low[word])

    def gap(self, word: int) -> str:
        """What stands between the word before and this one."""
        before = self.start[word - 1] + len(self.raw[word - 1]) if word else 0
        return self.text[before : self.start[word]]

    def near(self, word: int) -> str:
        """The word in lower case, or nothing where there is none."""
        return self.low[word] if 0 <= word < len(self.low) else ""

    def capital(self, word: int) -> bool:
        """Whether it is written as names are: with a capital, but not in capitals throughout."""
        raw = self.raw[word]
        return raw[0].isupper() and not (len(raw) > 1 and raw.isupper())

    def opens(self, word: int) -> bool:
        """Whether it begins a sentence, so that its capital says nothing."""
        return word == 0 or SENTENCE_END.search(self.gap(word)) is not None


def plain(text: str) -> str:
    """The text, as long as before, without accents, as names are listed."""
    return text if text.isascii() else text.translate(PLAIN)


def line_of(text: str) -> Line:
    """Cut a text for naming."""
    # The one letter that grows longer in lower case, which would shift all places after it.
    text = text.replace("İ", "I")
    found = list(WORD.finditer(text))
    raw = [each[0] for each in found]
    low = [plain(word.lower()) for word in raw]
    if "'" in text or "’" in text:
        low = [POSSESSIVE.sub("", word) if len(word) > 3 else word for word in low]
    return Line(text, raw, low, [each.start() for each in found])
