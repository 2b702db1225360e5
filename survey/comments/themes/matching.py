"""Which themes a comment mentions, in which clause, and by which words."""

from operator import itemgetter

from survey.comments.phrases import Found
from survey.comments.text import Text
from survey.comments.themes.mention import Mention
from survey.comments.themes.taxonomy import ALONE, UNLESS, WORDS, Taxonomy
from survey.comments.words import Words


def mentions(text: Text, taxonomy: Taxonomy) -> tuple[Mention, ...]:
    """The themes of a comment in its own order, at most one mention of each in a clause."""
    found = taxonomy.phrases.find(text.plain)
    if not found:
        return ()
    kinds: dict[str, list[tuple[str, Found]]] = {WORDS: [], ALONE: [], UNLESS: []}
    for one in found:
        kind, _, theme = one.label.partition(":")
        kinds[kind].append((theme, one))
    told = _without(kinds[WORDS], kinds[UNLESS]) or _without(kinds[ALONE], kinds[UNLESS])
    return _by_clause(text.words, told)


def _without(
    told: list[tuple[str, Found]], unless: list[tuple[str, Found]]
) -> list[tuple[str, Found]]:
    """What stays when a theme's exceptions strike out the phrases that they share a word with."""
    if not unless:
        return told
    struck = {
        (theme, token) for theme, found in unless for token in range(found.first, found.last + 1)
    }
    return [(theme, found) for theme, found in told if (theme, found.anchor) not in struck]


def _by_clause(words: Words, told: list[tuple[str, Found]]) -> tuple[Mention, ...]:
    """One mention for all phrases of a theme in a clause, showing the widest of those that nest."""
    spans: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for theme, found in told:
        place = (words.clauses[found.anchor], theme)
        spans.setdefault(place, []).append((found.first, found.last))
    return tuple(
        Mention(theme, tuple(_shown(words, spans[clause, theme])), clause)
        for clause, theme in sorted(spans, key=itemgetter(0))
    )


def _shown(words: Words, spans: list[tuple[int, int]]) -> dict[str, None]:
    """The texts of spans that lie in no other, in order, each once."""
    shown: dict[str, None] = {}
    reached = -1
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if last > reached:
            reached = last
            shown[words.text[words.starts[first] : words.end(last)]] = None
    return shown
