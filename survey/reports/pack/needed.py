"""What making a PDF needs beside the service itself, and whether it is there.

WeasyPrint is an extra, and stands on libraries that no wheel brings along. It takes tens of
megabytes, so web processes find out without importing it; only whoever makes a pack does.
"""

from collections.abc import Callable
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec

PACKAGE = "weasyprint"
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
STEPS = 7
# What is told of the work: how many of its STEPS are done, and which page is laid out, if any.
Tell = Callable[[int, int | None], None]
Print = Callable[[str, Tell], bytes]


class Lacking(RuntimeError):
    """Packs cannot be made here; the message says in one line what to install."""


@cache
def lacking() -> str | None:
    """What to install before packs can be made here, in one line; None where all is there."""
    packages = [debian for name, debian in LIBRARIES.items() if find_library(name) is None]
    wanted = [
        *(["pip install 'survey[pack]'"] if find_spec(PACKAGE) is None else []),
        *([f"apt-get install {' '.join(packages)}"] if packages else []),
    ]
    return f"packs need WeasyPrint: {' and '.join(wanted)}" if wanted else None


def printer() -> Print:
    """What makes a PDF of a page.

    Raises:
        Lacking: it cannot be made here.
    """
    if reason := lacking():
        raise Lacking(reason)
    # Not before somebody needs it: see above.
    from survey.reports.pack.printing import pdf_of  # noqa: PLC0415

    return pdf_of
