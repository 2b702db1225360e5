"""Which themes a comment mentions, in which clause, and by which words."""

from survey.comments.phrases import Found, plain_of
from survey.comments.themes.mention import Mention
from survey.comments.themes.taxonomy import ALONE, UNLESS, WORDS, Taxonomy
from survey.comments.words import Words


def mentions(words: Words, taxonomy: Taxonomy) -> tuple[Mention, ...]:
    """The themes of a comment in its own order, at most one mention of each in a clause."""
    found = taxonomy.phrases.find(plain_of(words, taxonomy.slips))
    if not found:
        return ()
    kinds: dict[str, list[tuple[str, Found]]] = {WORDS: [], ALONE: [], UNLESS: []}
    for one in found:
        kind, _, theme = one.label.partition(":")
        kinds[kind].append((theme, one))
    told = _without(kinds[WORDS], kinds[UNLESS]) or _without(kinds[ALONE], kinds[UNLESS])
    return _by_clause(words, told)


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
    shown: dict[tuple[int, str], dict[str, None]] = {}
    for theme, found in told:
        place = (words.clauses[found.anchor], theme)
        text = words.text[words.starts[found.first] : words.end(found.last)]
        shown.setdefault(place, {})[text] = None
    return tuple(
        Mention(theme, tuple(texts), clause) for (clause, theme), texts in sorted_by_clause(shown)
    )


def sorted_by_clause(
    shown: dict[tuple[int, str], dict[str, None]],
) -> list[tuple[tuple[int, str], dict[str, None]]]:
    """By clause; within one, as they were found."""
    return sorted(shown.items(), key=lambda entry: entry[0][0])
