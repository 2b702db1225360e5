"""What a reader of sealed themes and comments may rely on: sentences that travel with them."""

from survey.reports.blocks.rule import MANY
from survey.reports.blocks.voices.rule import DRAWN, LAST_STEP, STEP

_COHORT = (
    "answers in the blocks of a partner that close in the quarter, with their comments as they "
    "counted and were read on the day it was sealed; never changed since"
)
_ROWS = "a partner's quarter in which blocks close; partners are not added up"

SEALED_THEMES: dict[str, str] = {
    "cohort": _COHORT,
    "rows": _ROWS,
    "comments": "comments that say something: read as negative, neutral, positive or mixed; the "
    "base of every share",
    "count": "comments that name the theme; a comment may name several",
    "share": "count / comments; its interval takes each comment for that of another person",
    "themes": "those that at least minimum_base people name; other-themes: comments that name any "
    "that fewer name, where these are together at least minimum_base people",
    "critical": f"share of the people who name the theme in a negative or mixed clause, between "
    f"steps of {STEP} points, from {LAST_STEP} % on open; null where fewer than {MANY} people, or "
    "three times minimum_base, name it",
    "interval": "low and high bound the 95 % interval: Wilson score for shares",
    "withheld": f"the quarter's blocks hold fewer than {MANY} people, or fewer than minimum_base "
    "of them wrote a comment that says something",
}
SEALED_COMMENTS: dict[str, str] = {
    "cohort": _COHORT,
    "rows": _ROWS,
    "comments": f"up to {DRAWN} redacted comments, one a person, drawn once: of each rating its "
    "share, by lot. Never drawn: those with signs of danger, with hints at health, faith and the "
    "like, or without redacted text. Whoever is forgotten takes theirs along; nothing takes its "
    "place",
    "lot": "a keyed hash of each answer; comments come in the order of the lots, which says "
    "nothing of how good they are",
    "withheld": "none was drawn: too few people wrote one that may be shown",
}
