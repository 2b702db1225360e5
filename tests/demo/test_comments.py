"""Made-up comments: the same for the same seed, varied, and true to how the enquiry went."""

from collections import Counter
from random import Random

import pytest

from survey.demo.comments import Occasion, phrases, write

SERVICES = tuple(phrases()["subjects"])


def _many(seed: int, how_many: int, **same: object) -> list[str]:
    rng = Random(seed)
    return [
        write(rng, Occasion(service=rng.choice(SERVICES), rating=rng.randint(1, 5), **same))  # type: ignore[arg-type]
        for _ in range(how_many)
    ]


def test_the_same_seed_writes_the_same_comments() -> None:
    assert _many(7, 200) == _many(7, 200)
    assert _many(7, 200) != _many(8, 200)


def test_thousands_of_comments_hardly_repeat_themselves() -> None:
    counted = Counter(_many(1, 4000))

    assert len(counted) > 3200
    assert max(counted.values()) < 80
    longer = [comment for comment in counted.elements() if len(comment) > 60]
    assert len(set(longer)) > 0.97 * len(longer)


def test_no_slot_is_left_unfilled_and_every_comment_fits_the_form() -> None:
    for comment in _many(2, 4000):
        assert "{" not in comment
        assert 0 < len(comment) <= 1200


@pytest.mark.parametrize("service", SERVICES)
def test_comments_speak_of_their_service(service: str) -> None:
    rng = Random(3)
    text = " ".join(write(rng, Occasion(service, 4)) for _ in range(100))
    assert any(subject in text for subject in phrases()["subjects"][service])


def test_nobody_praises_the_speed_of_a_late_answer() -> None:
    rng = Random(4)
    late = [write(rng, Occasion("payroll", 5, late=True)) for _ in range(400)]
    assert not any("quicker than I expected" in comment for comment in late)


def test_some_say_nothing_and_some_give_themselves_away() -> None:
    comments = _many(5, 3000)
    assert "n/a" in comments
    assert any("01632 960" in comment for comment in comments)


def test_welsh_speakers_write_welsh() -> None:
    welsh = {phrase for feeling in phrases()["welsh"].values() for phrase in feeling}
    nothing = set(phrases()["nothing"]["said"])
    assert set(_many(6, 200, language="cy")) <= welsh | nothing
