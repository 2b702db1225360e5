"""A comment as words: what sentiment, themes and urgent words are all read from, cut up once.

Places are kept: the text has as many characters as what the person wrote, so a word found here can
be shown, or struck out, there.
"""

import re
from dataclasses import dataclass

# Ten times the longest comment a form takes: what lies beyond would only cost time.
LONGEST = 12_000

MARKUP = re.compile(r"<[^<>\n]{1,200}>")
APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ´`′＇", "'") | {"\x00": " ", "\xad": " ", "İ": "I"})
TOKEN = re.compile(
    r"https?://\S+|@\w+|"  # links and handles
    r"[^\W\d_]+(?:'[^\W\d_]+)*"  # words, "don't" among them
    r"|\d+(?:[.,:]\d+)*"  # numbers, amounts, times
    r"|[:;=]-?[)(D/\\](?!\w)|<3"  # faces made of signs
    r"|[.!?]+|[^\w\s'\"]|\n"
)
# What ends a clause: signs, and the words that turn to the other side.
SIGNS = frozenset(".!?;:,()\n–—…")
TURNS = frozenset({"but", "although", "though", "however", "yet", "whereas", "except", "while"})


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into tokens: words in lower case with straight apostrophes, numbers, signs.

    Attributes:
        text: the text, its apostrophes straight and its markup blank; the same length as it came.
        tokens: in order.
        starts: where in the text each begins.
        clauses: for each token the number of the clause it stands in. A clause ends with a sign or
            before a word that turns to the other side ("but").
    """

    text: str
    tokens: list[str]
    starts: list[int]
    clauses: list[int]

    def end(self, token: int) -> int:
        """Where in the text a token ends."""
        return self.starts[token] + len(self.tokens[token])


def words_of(text: str) -> Words:
    """Cut a text of any content; of one longer than LONGEST characters, what comes first."""
    text = text[:LONGEST].translate(APOSTROPHES)
    if "<" in text:
        text = MARKUP.sub(lambda found: " " * len(found[0]), text)
    tokens: list[str] = []
    starts: list[int] = []
    clauses: list[int] = []
    clause = 0
    for found in TOKEN.finditer(text):
        token = found[0].lower()
        if token in TURNS:
            clause += 1
        tokens.append(token)
        starts.append(found.start())
        clauses.append(clause)
        if token[0] in SIGNS:
            clause += 1
    return Words(text, tokens, starts, clauses)
