"""Whether an address of an enquiry can name anything the caller may see; if not, it is unknown."""

from survey.access.caller import caller
from survey.enquiries.fields import may_hold
from survey.foundation.problems import Problem
from survey.partnership.directory import Source, directory


def source_named(source: str, reference: str) -> Source:
    """The source in an address, which may have ended: its enquiries are still asked about.

    Raises:
        Problem: 404, no enquiry that the caller may see has this address.
    """
    declared = {known.code: known for known in directory().everything.sources}
    # PostgreSQL takes no NUL even to look for it.
    possible = source in declared and may_hold("reference", reference)
    if not (possible and caller().may_write_source(source)):
        raise unknown()
    return declared[source]


def unknown() -> Problem:
    """The answer where there is nothing, and where the caller may not know what there is."""
    return Problem(404, "Not Found", "No enquiry of this source has this reference.")
