"""One row of what boards see: sums of whole blocks, and beside them how fast enquiries were closed.

Speed is of all closures of the row's months, sealed or not, since it tells nothing about answers;
so it is told of every value of a side, whatever may be told apart of the answers.
What became of asking is of the closures of the blocks' own months, so that it fits their answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from survey.reports import measures
from survey.reports.row import WITHHELD, Row, answers_of, funnel_of, no_answers, plain, speed_of
from survey.reports.tally import Tally, sum_of

FEWEST_PARTNERS = 3
# What single blocks are too small for.
OF_QUARTERS = (
    *("ratings", "dissatisfied", "resolved", "ease"),
    *("recommendation", "sentiment", "questions"),
)
# What is told of whole blocks alone, and not of parts of them.
OF_WHOLES = ("funnel", "response_rate")
OF_CLOSURES = tuple(speed_of(Tally()))


@dataclass
class Sealed:
    """The blocks behind a row.

    Attributes:
        tally: their ratings and the funnel of their months.
        quarters: whose they are and in which quarter they close, by the partner's id.
        details: what is said beside of those quarters that hold enough people for it.
    """

    tally: Tally = field(default_factory=Tally)
    quarters: set[tuple[int, str]] = field(default_factory=set)
    details: dict[tuple[int, str], Tally] = field(default_factory=dict)

    def add(self, other: "Sealed") -> None:
        """Be of the blocks of the other one, too."""
        self.tally.add(other.tally)
        self.quarters |= other.quarters


def board_row(sealed: Sealed, speed: Tally, *, several: bool) -> Row:
    """The row without its dimensions.

    Args:
        sealed: its blocks.
        speed: the closures of its months.
        several: whether it is about partners taken together: then fewer than three are not shown.
    """
    shown = enough(sealed.quarters, several=several)
    return (
        {"n": sealed.tally.answered if shown else None, "withheld": None if shown else WITHHELD}
        | (_answers(sealed, several=several) if shown else no_answers())
        | speed_of(speed)
        | {
            "funnel": funnel_of(sealed.tally) if shown else None,
            "response_rate": plain(
                measures.response_rate(sealed.tally.answered, sealed.tally.asked)
            )
            if shown
            else None,
        }
    )


def enough(quarters: Iterable[tuple[int, str]], *, several: bool) -> bool:
    """Whether these are of as many partners as may be added up; the ids stand first in each."""
    return len({partner for partner, _ in quarters}) >= (FEWEST_PARTNERS if several else 1)


def _answers(sealed: Sealed, *, several: bool) -> Row:
    answers = answers_of(sealed.tally, 0)
    if not enough(sealed.details, several=several):
        return answers | dict.fromkeys(OF_QUARTERS)
    detail = answers_of(sum_of(sealed.details.values()), 0)
    return answers | {name: detail[name] for name in OF_QUARTERS}
