"""What is asked: versioned questionnaires, as frozen values.

A version is never changed once somebody may have seen it, since responses name the version that was
shown; a change is a new version. Every one asks for the overall rating, without which no response
can be stored. `file.py` reads them from TOML, `library.py` knows which there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

FALLBACK_LANGUAGE = "en"
POINTS = ("5", "4", "3", "2", "1")
# The likelihood to recommend is known by its numbers, so it runs the way it is known: from 0 to 10.
RECOMMENDATION = "recommendation"
LIKELIHOOD = tuple(map(str, range(11)))
VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "yes_partly_no": ("yes", "partly", "no"),
        "effort": POINTS,
        "rating": POINTS,
        RECOMMENDATION: LIKELIHOOD,
    }
)
SEVERAL = "choices"
WITH_OWN_OPTIONS = ("choice", SEVERAL)
LINE = "text"
WRITTEN = (LINE, "comment")
KINDS = (*VALUES, *WITH_OWN_OPTIONS, *WRITTEN)


def values_of(kind: str, own: Iterable[str]) -> tuple[str, ...]:
    """What may be chosen in a question of this kind whose own options are these, in their order."""
    return VALUES.get(kind) or tuple(own)


# Points are numbers, several choices a tuple, everything else a text.
Given = str | int | tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """A question in one language. `options` gives each value its words, in the order shown."""

    asks: str
    hint: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Condition:
    """That an earlier question was answered by one of these values."""

    question: str
    values: tuple[str, ...]

    def holds(self, given: Mapping[str, Given]) -> bool:
        """Whether it does, with what was answered so far, by key."""
        answer = given.get(self.question, ())
        chosen = answer if isinstance(answer, tuple) else (str(answer),)
        return any(value in self.values for value in chosen)


@dataclass(frozen=True)
class Scale:
    """What makes two questions the same, so that answers to both may be added up."""

    key: str
    kind: str
    values: frozenset[str]


@dataclass(frozen=True)
class Question:
    """One question. `longest` bounds what is written, in characters; None for what is chosen.

    It counts, and is shown where the browser can tell, only where the condition `after` holds.
    """

    key: str
    kind: str
    required: bool
    longest: int | None
    texts: Mapping[str, Wording]
    after: Condition | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen, in the order shown (points best first); empty where one writes."""
        return values_of(self.kind, self.texts[FALLBACK_LANGUAGE].options)

    @property
    def is_scale(self) -> bool:
        """Whether the values are points, 1 to 5."""
        return VALUES.get(self.kind) == POINTS

    @property
    def in_numbers(self) -> bool:
        """Whether an answer is a number."""
        return self.is_scale or self.kind == RECOMMENDATION

    @property
    def scale(self) -> Scale:
        """By what answers are added up: the words may change, key, kind and values may not."""
        return Scale(self.key, self.kind, frozenset(self.values))


@dataclass(frozen=True)
class Questionnaire:
    """One version of a list of questions, in the order shown."""

    name: str
    version: int
    questions: tuple[Question, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages every question is worded in."""
        return tuple(self.questions[0].texts)

    def language_for(self, wanted: str | None) -> str:
        """The language to show to somebody who would like `wanted`, such as `en-GB`."""
        tag = (wanted or "").lower()
        return next(
            (known for known in (tag, tag.split("-")[0]) if known in self.languages),
            FALLBACK_LANGUAGE,
        )

    @property
    def recommendation(self) -> Question | None:
        """The question by which the likelihood to recommend is told: the first of that kind."""
        return next((each for each in self.questions if each.kind == RECOMMENDATION), None)

    def question(self, key: str) -> Question | None:
        """The question with this key."""
        return next((each for each in self.questions if each.key == key), None)


# A question as it was asked: name and version of its questionnaire, and its key.
Asked = tuple[str, int, str]


def told_apart(versions: Iterable[Questionnaire]) -> dict[Asked, str]:
    """Under which label answers to each question are added up: the same label, the same scale.

    The first scale that a key ever had is called by the key. A later one of the same key is another
    question, and is called by the key, @, and the version that brought it: `reached@payroll.3`. So
    a label never changes its meaning, whatever is loaded afterwards.

    Args:
        versions: all there are, in the order in which they came.
    """
    labels: dict[Scale, str] = {}
    found: dict[Asked, str] = {}
    for each in versions:
        for question in each.questions:
            scale = question.scale
            if scale not in labels:
                known = any(other.key == scale.key for other in labels)
                later = f"{scale.key}@{each.name}.{each.version}"
                labels[scale] = later if known else scale.key
            found[each.name, each.version, scale.key] = labels[scale]
    return found
