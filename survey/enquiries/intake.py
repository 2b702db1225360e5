"""Taking enquiries in, however they come: check each, store the good ones, say what became of all.

The API and the CSV import both end here. Sending the same again changes nothing, so whoever is not
sure that an answer arrived simply sends once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blinker import Signal

from survey.enquiries.check import Checked, Checker
from survey.enquiries.closures import store_closures
from survey.enquiries.fields import Errors
from survey.enquiries.open_enquiries import store_open
from survey.foundation.clock import now
from survey.partnership.directory import directory

# Sent, after the commit, by whoever took closures in.
closures_arrived = Signal()


@dataclass(frozen=True)
class Rejected:
    """An item that was not taken in: its place in the batch from 0, and what is wrong, by field."""

    index: int
    errors: Errors


@dataclass(frozen=True)
class Intake:
    """What became of a batch; the three counts and the rejected add up to its length."""

    accepted: int
    already_known: int
    differs: int
    rejected: list[Rejected]


def take_in(
    items: Sequence[object],
    sources: frozenset[str] | None = None,
    partners: frozenset[str] | None = None,
    *,
    links: bool = True,
) -> Intake:
    """Check and store a batch of at most about a thousand; the caller commits.

    Args:
        items: raw enquiries, each a mapping of field names to values.
        sources: the only ones that may be written; None: all.
        partners: the only ones that may be written for; None: all.
        links: whether whoever sends them may get links to send themselves.
    """
    received_at = now()
    checker = Checker(directory(), received_at, sources, partners, links=links)
    good: list[Checked] = []
    rejected: list[Rejected] = []
    for index, item in enumerate(items):
        result = checker.check(item)
        if isinstance(result, Checked):
            good.append(result)
        else:
            rejected.append(Rejected(index, result))
    verdicts = store_closures([e for e in good if e.closed_at], received_at)
    still_open = [e for e in good if not e.closed_at]
    verdicts += store_open(still_open, received_at, _ids(partners))
    return Intake(verdicts["accepted"], verdicts["already_known"], verdicts["differs"], rejected)


def _ids(partners: frozenset[str] | None) -> list[int] | None:
    if partners is None:
        return None
    return [each.id for each in directory().everything.partners if each.code in partners]
