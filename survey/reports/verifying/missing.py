"""Answers that counted when their month was sealed and were not copied then."""

from itertools import groupby
from operator import attrgetter

from survey.reports.verifying.answers import SEALING_TAKES, revisions_of
from survey.reports.verifying.as_of import first_month
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import not_copied_rows

FORGOTTEN = "whether they counted, since somebody was forgotten"


def verify_completeness() -> Findings:
    """Every answer of a sealed month that was not copied: whether it did not count then."""
    found = Findings("answers not sealed")
    for _, rows in groupby(not_copied_rows(), attrgetter("invitation_id")):
        group = list(rows)
        revisions = revisions_of(group)
        due = [
            row
            for row in group
            if row.month
            # Before and after, since answers come in while a month is sealed.
            and row.month == first_month(revisions, row.sealed_at)
            and row.month == first_month(revisions, row.sealed_at + SEALING_TAKES)
        ]
        forgotten = group[0].person_id is None
        wrong = ["it counted when its month was sealed"] if due and not forgotten else []
        found.note(
            f"answer {group[-1].uuid} of {group[0].answered_month}",
            wrong,
            {FORGOTTEN} if due and forgotten else set(),
        )
    return found
