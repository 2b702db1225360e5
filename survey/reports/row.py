"""One row of figures from its tally, and what must not be shown of it.

A row of fewer answers than the minimum base says nothing about answers, not even how many there
are, so that an empty row looks like one with nine; nor does any row of a question that fewer
answered, such as one that few are asked. What is not about answers stays: how many enquiries were
closed, how fast, and whether their people were asked.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from survey.comments.sentiment.mood import SENTIMENTS
from survey.reports import measures
from survey.reports.bands import BANDS, quantile
from survey.reports.query import CLOSED
from survey.reports.tally import Tally, on_scale

WITHHELD = "disclosure"

Row = dict[str, Any]


def row_of(tally: Tally, minimum_base: int, cohort: str) -> Row:
    """The row without its dimensions.

    In the cohort `answered` there is no funnel, and speed is that of the enquiries answered about:
    its base would tell the number of answers, so it goes when they go.
    """
    shown = tally.answered >= minimum_base
    of_closed = cohort == CLOSED
    return (
        {"n": tally.answered if shown else None, "withheld": None if shown else WITHHELD}
        | (answers_of(tally, minimum_base) if shown else no_answers())
        | (speed_of(tally) if shown or of_closed else dict.fromkeys(speed_of(Tally())))
        | {
            "funnel": _funnel(tally, shown=shown) if of_closed else None,
            "response_rate": plain(measures.response_rate(tally.answered, tally.asked))
            if shown and of_closed
            else None,
        }
    )


def plain(figure: object) -> Row:
    """A figure by its parts; they are plain values, which `asdict` would copy one by one."""
    return dict(vars(figure))


@cache
def no_answers() -> Row:
    """What stands in the place of every figure about answers where none may be shown."""
    return dict.fromkeys(answers_of(Tally(), 0))


def answers_of(tally: Tally, minimum_base: int) -> Row:
    """Every figure about answers; null for a question that fewer answered."""
    effect = tally.design_effect
    return {
        "ratings": on_scale(tally.ratings),
        "csat": plain(measures.csat(tally.ratings, effect, beside=tally.satisfied)),
        "dissatisfied": plain(measures.dissatisfied(tally.ratings, effect)),
        "satisfaction": None
        if tally.satisfied
        else plain(measures.satisfaction(tally.ratings, effect)),
        "resolved": plain(measures.resolved(tally.resolved, effect)),
        "ease": plain(measures.ease(tally.ease, effect)),
        "recommendation": plain(
            measures.recommendation(tally.recommendations(minimum_base), effect)
        ),
        "sentiment": {name: tally.sentiment[name] for name in SENTIMENTS},
        "questions": {
            label: {"n": n, "counts": tally.counts_of(label)} if n >= minimum_base else None
            for label, n in sorted(tally.questions.items())
        },
    }


def speed_of(tally: Tally) -> Row:
    """How fast enquiries were replied to and closed."""
    within = measures.census(tally.within_target, tally.hours.total())
    return {
        "within_target": {"value": within.value, "n": within.n},
        "hours_to_first_reply": _hours(tally.first_reply),
        "hours_to_close": _hours(tally.hours),
    }


def _hours(counts: Mapping[str, int]) -> Row:
    return {
        "median": quantile(counts, 0.5),
        "p90": quantile(counts, 0.9),
        "n": sum(counts.values()),
        "bands": {band: counts.get(band, 0) for band in BANDS},
    }


def funnel_of(tally: Tally) -> Row:
    """What became of the closures."""
    return {
        "closed": tally.closed,
        "pending": tally.pending,
        "asked": tally.asked,
        "accepted": tally.accepted,
        "answered": tally.answered,
        "held": tally.held,
        "not_asked": dict(sorted(tally.not_asked.items())),
    }


def _funnel(tally: Tally, *, shown: bool) -> Row:
    return funnel_of(tally) | ({} if shown else {"answered": None, "held": None})
