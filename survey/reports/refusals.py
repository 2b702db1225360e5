"""Questions that cannot be answered, as HTTP has it: the same for every call that takes one."""

from collections.abc import Iterator
from contextlib import contextmanager

from survey.foundation.problems import Problem
from survey.reports.periods import UnknownPeriod
from survey.reports.query import Refused, UnknownPartner


@contextmanager
def refusals() -> Iterator[None]:
    """Answers 404 for a partner that is not there to see, 422 for any other unknown word."""
    try:
        yield
    except UnknownPartner as unknown:
        raise Problem(404, "Not Found", str(unknown)) from None
    except (Refused, UnknownPeriod) as refused:
        raise Problem(422, "Unprocessable Content", str(refused)) from None
