"""Numbers of things, not of people: orders, invoices, forms and rooms, told by the word before.

They may look just like a telephone number, a sort code or a postcode, and stay.
"""

import re

ORDERED = re.compile(
    r"\b(?:order|invoice|po|ticket|ref|req|supplier|vendor|company|contract)\b", re.IGNORECASE
)
# Right before a number; words that stand before anything else as well need a "number" after them.
THING = re.compile(
    r"\b(?:(?:invoice|inv|order|po|ticket|ref|reference|requisition|form|room|bands?|grades?|bay|"
    r"(?:cost|account|budget|project|product|stock|part) code)(?: (?:no|num|number|id))?"
    r"|(?:job|case|claim|quote|journal|batch|supplier|vendor|asset|contract)"
    r" (?:no|num|number|id|ref|reference))\b[.:#]? ?(?:is |was )?\Z",
    re.IGNORECASE,
)


def is_of_a_thing(text: str, start: int) -> bool:
    """Whether the word right before this place says that a thing's number begins here."""
    return THING.search(text, max(0, start - 40), start) is not None


def near_an_order(text: str, start: int, earliest: int = 0) -> bool:
    """Whether an order or its like is told of shortly before this place."""
    return ORDERED.search(text, max(earliest, start - 20), start) is not None
