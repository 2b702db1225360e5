"""What made-up people write: fragments by service, feeling and theme, put together at random.

Pure: the same random generator and occasion give the same comment. Some comments are terse or say
nothing, some are in Welsh, some are typed in a hurry, and a few give away a name or a number, since
everything that reads comments has to cope with all of that.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

BEGINNING = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")
CHANCE_OF_NOTHING = 0.03
CHANCE_OF_TERSE = 0.1
CHANCE_OF_A_DETAIL = 0.03
CHANCE_OF_A_SLIP = 0.14
CHANCE_OF_A_CLOSING = 0.3
CHANCE_OF_AN_OPENING = {True: 0.15, False: 0.7}


@dataclass(frozen=True)
class Occasion:
    """What a comment is about: the service's code, the rating given (1 to 5), and how it went."""

    service: str
    rating: int
    late: bool = False
    online: bool = False
    language: str = "en"

    @property
    def feeling(self) -> str:
        """The feeling that goes with the rating."""
        return {1: "negative", 2: "negative", 3: "neutral"}.get(self.rating, "positive")


@cache
def phrases() -> dict[str, Any]:
    """The fragments, as written in comments.toml."""
    return tomllib.loads(Path(__file__).with_name("comments.toml").read_text(encoding="utf-8"))


def write(rng: Random, occasion: Occasion) -> str:
    """One comment, from one character to a few sentences."""
    if rng.random() < CHANCE_OF_NOTHING:
        return pick(rng, "nothing", "said")
    if occasion.language == "cy":
        return pick(rng, "welsh", occasion.feeling)
    subject = pick(rng, "subjects", occasion.service)
    if rng.random() < CHANCE_OF_TERSE:
        return _filled(rng, pick(rng, "terse", occasion.feeling), subject)
    comment = _filled(rng, " ".join(_sentences(rng, occasion)), subject)
    if rng.random() < CHANCE_OF_A_DETAIL:
        comment = f"{comment} {_detail(rng)}"
    return _with_slips(rng, comment) if rng.random() < CHANCE_OF_A_SLIP else comment


def full_name(rng: Random) -> tuple[str, str]:
    """A first and a last name."""
    return pick(rng, "people", "first_names"), pick(rng, "people", "last_names")


def pick(rng: Random, section: str, name: str) -> str:
    """One fragment of a list."""
    return cast(str, rng.choice(phrases()[section][name]))


def _sentences(rng: Random, occasion: Occasion) -> list[str]:
    feeling = occasion.feeling
    if feeling == "neutral":
        return _opened(rng, _balanced(rng, occasion))
    themes = _themes(feeling, occasion)
    wanted = min(len(themes), rng.choices((1, 2, 3), (55, 35, 10))[0])
    sentences = [pick_sentence(rng, feeling, theme) for theme in rng.sample(themes, wanted)]
    if occasion.rating == 4 and rng.random() < 0.15:
        sentences += _but(rng, "negative", occasion)
    elif rng.random() < CHANCE_OF_A_CLOSING:
        sentences.append(pick(rng, "joining", feeling))
    return _opened(rng, sentences)


def pick_sentence(rng: Random, feeling: str, theme: str) -> str:
    """One sentence of a feeling about a theme, its slots unfilled."""
    return cast(str, rng.choice(phrases()["sentences"][feeling][theme]))


def _opened(rng: Random, sentences: list[str]) -> list[str]:
    """The same after saying what it was about: rarely, where that is said anyhow."""
    told = any("{subject}" in sentence for sentence in sentences)
    if rng.random() < CHANCE_OF_AN_OPENING[told]:
        return [pick(rng, "joining", "opening"), *sentences]
    return sentences


def _balanced(rng: Random, occasion: Occasion) -> list[str]:
    """Neither good nor bad: plainly neutral, or one good word and one bad."""
    if rng.random() < 0.5:
        return [pick_sentence(rng, "neutral", "any")]
    good = pick_sentence(rng, "positive", rng.choice(_themes("positive", occasion)))
    return [good, *_but(rng, "negative", occasion)]


def _but(rng: Random, feeling: str, occasion: Occasion) -> list[str]:
    sentence = pick_sentence(rng, feeling, rng.choice(_themes(feeling, occasion)))
    # "I" and names keep their capital after the joining word, other beginnings lose it.
    if not sentence.startswith(("I ", "I'")):
        sentence = sentence[0].lower() + sentence[1:]
    return [f"{pick(rng, 'joining', 'but')} {sentence}"]


def _themes(feeling: str, occasion: Occasion) -> list[str]:
    """What somebody may speak of: nobody praises the speed of a late answer."""
    themes = ["staff_attitude", "information_clarity", "resolution", "communication"]
    if occasion.late == (feeling == "negative"):
        themes.append("response_time")
    if occasion.online:
        themes.append("online")
    return themes


def _filled(rng: Random, text: str, subject: str) -> str:
    """The text with its slots filled, the subject named once, each sentence with its capital."""
    slots = {name: pick(rng, "slots", name) for name in phrases()["slots"]}
    filled = text.replace("{subject}", subject, 1).format(subject="it", **slots)
    return BEGINNING.sub(lambda start: start[0].upper(), filled)


def _detail(rng: Random) -> str:
    first, last = full_name(rng)
    return pick(rng, "details", "sentences").format(
        name=f"{first} {last}",
        # Numbers that Ofcom keeps free for plays, and an NI prefix that is never given out.
        phone=f"01632 960{rng.randrange(1000):03}",
        insurance=f"QQ {rng.randrange(10**6):06} C",
        email=f"{first}.{last}@example.org".lower(),
        number=rng.randrange(200000, 999999),
        house=rng.randrange(1, 180),
        street=pick(rng, "details", "streets"),
        postcode=pick(rng, "details", "postcodes"),
    )


def _with_slips(rng: Random, comment: str) -> str:
    """The same, typed in a hurry."""
    manner = rng.random()
    if manner < 0.08:
        return comment.upper()
    if manner < 0.4:
        comment = comment.lower().rstrip(".")
    for right, wrong in rng.sample(phrases()["slips"]["words"], 8):
        comment = comment.replace(right, wrong, 1)
    return comment
