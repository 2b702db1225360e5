"""From HTML to a tagged PDF (PDF/UA-1), by WeasyPrint; the same HTML gives the same bytes.

Nothing is fetched, from nowhere: style and pictures stand in the page itself. What WeasyPrint
leaves out of the tags, `tags` puts in.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from weasyprint import HTML
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from survey.reports.pack.needed import Tell
from survey.reports.pack.tags import complete

_SAYS = re.compile(r"Step (\d)(?:.* - Page (\d+))?")


class Outside(ValueError):
    """Something from outside would have to be fetched for this page."""


def pdf_of(html: str, tell: Tell) -> bytes:
    """The pages as a PDF.

    Args:
        html: a whole document with a title and a language, which refers to nothing outside.
        tell: hears as `Tell` says.

    Raises:
        Outside: it refers to something outside.
    """
    fetcher = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        with _heard(tell):
            return _printed(HTML(string=html, url_fetcher=fetcher))
    except FatalURLFetchingError as error:
        # As it is, it would end the thread of a worker.
        raise Outside(str(error)) from None


def _printed(page: HTML) -> bytes:
    names = {
        element.get("id"): " ".join("".join(element.itertext()).split())
        for element in page.etree_element.iter("h2")
    }
    finish = partial(complete, names)
    done: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, finisher=finish)
    return done


class _Hearer(logging.Handler):
    """Passes on what WeasyPrint says of its progress."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Such as "Step 5 - Creating layout - Page 3"."""
        if said := _SAYS.match(record.getMessage()):
            self.tell(int(said[1]) - 1, int(said[2]) if said[2] else None)


@contextmanager
def _heard(tell: Tell) -> Iterator[None]:
    hearer = _Hearer(tell)
    PROGRESS_LOGGER.addHandler(hearer)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    # It is meant for whoever listens here, and would fill the log.
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(hearer)
