"""Reading all comments again that are still held: into a new edition, by all workers at once.

`survey comments reread` opens the edition, for the method of the code that runs it. A worker takes
part through this step if its own method is the same; workers with other code leave it alone.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog

from survey.comments import editions
from survey.comments.own_themes import method_with
from survey.comments.reader import Reader, materials
from survey.foundation.database import db
from survey.partnership.directory import directory
from survey.responses.model import Response

log = structlog.get_logger()


def method() -> str:
    """The method by which this code reads this partnership's comments."""
    return method_with(directory().settings.themes)


def reread() -> Iterator[int]:
    """Fill the open edition, if there is one and it is for our method; clear old ones away."""
    edition = _ours()
    if edition is not None:
        yield from _fill(edition)
    yield from editions.clear_away()


def oldest_due() -> datetime | None:
    """Since when an edition for our method is being read; None: none is."""
    edition = _ours()
    return edition.opened_at if edition else None


def _ours() -> editions.Edition | None:
    edition = editions.newest()
    return edition if not edition.is_current and edition.method == method() else None


def _fill(edition: editions.Edition) -> Iterator[int]:
    reader = Reader()
    # Until it is switched over to, or another was opened meanwhile.
    while editions.newest() == edition:
        claimed = editions.claim(edition.id)
        if not claimed:
            if editions.switch(edition.id):
                log.info("readings.switched", method=edition.method)
            yield 0
            continue
        comments = db.session.execute(materials().where(Response.id.in_(claimed))).all()
        # The claim is committed: while we read, nobody waits for us.
        yield 0
        found = reader.read(comments)
        yield editions.fill(edition.id, claimed, found)
