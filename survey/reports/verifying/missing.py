"""Answers that counted when a month was sealed and were not copied then."""

from itertools import groupby
from operator import attrgetter

from survey.reports.verifying.answers import revisions_of
from survey.reports.verifying.as_of import Sealings, counts_now, due_with
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import not_copied_rows

FORGOTTEN = "whether they counted, since somebody was forgotten"
NEXT = "count by now, and are copied with the next month"


def verify_completeness(sealings: Sealings) -> Findings:
    """Every answer up to the last sealed month that was not copied: whether it did not count then.

    Neither when its own month was sealed, nor with a later one.
    """
    found = Findings("answers not sealed")
    for _, rows in groupby(not_copied_rows(), attrgetter("invitation_id")):
        group = list(rows)
        revisions = revisions_of(group)
        due = due_with(revisions, sealings.values())
        forgotten = group[0].person_id is None
        found.note(
            f"answer {group[-1].uuid} of {group[0].answered_month}",
            [f"it counted when {due} was sealed"] if due and not forgotten else [],
            {FORGOTTEN} if due and forgotten else set(),
        )
        if not due and counts_now(revisions):
            found.since[NEXT] += 1
    return found
