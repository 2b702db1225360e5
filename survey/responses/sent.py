"""A form as it was sent: what stands in it, and what the request tells of whoever sent it."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from survey.foundation.clock import now
from survey.foundation.visitors import address_in
from survey.responses import page
from survey.responses.form_nonce import ShownForm
from survey.responses.signs import PURPOSE_HEADERS, Submit, loads_ahead

# Room for a comment of 100,000 characters of any script, percent-encoded, to be shown again.
LARGEST_FORM = 1_500_000
MOST_FIELDS = 1_000  # Thirty questions of twenty choices; a million would take seconds to read.


@dataclass(frozen=True)
class Sent:
    """A form as it came: our own fields, the rest in the order it was sent, when (since 1970).

    With `show_in` it was not sent to be stored but to be shown in that language.
    """

    signed: str
    show_in: str
    trapped: bool
    fields: tuple[tuple[str, str], ...]
    at: float = field(default_factory=lambda: now().timestamp())


def form_sent() -> Sent:
    """The form of the request at hand.

    Raises:
        RequestEntityTooLarge: nobody types this much.
    """
    request.max_content_length = LARGEST_FORM
    if request.mimetype != "application/x-www-form-urlencoded":
        return Sent("", "", trapped=False, fields=())
    # As Werkzeug's own parser would, in half the time.
    body = request.get_data(cache=False).decode(errors="replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RequestEntityTooLarge from None
    ours = (page.FORM_FIELD, page.TRAP_FIELD, page.LANGUAGE_FIELD)
    return Sent(
        signed=next((value for name, value in pairs if name == page.FORM_FIELD), ""),
        show_in=next((value for name, value in pairs if name == page.LANGUAGE_FIELD), ""),
        trapped=any(value for name, value in pairs if name == page.TRAP_FIELD),
        fields=tuple(pair for pair in pairs if pair[0] not in ours),
    )


def how_it_came(form: ShownForm, sent: Sent) -> Submit:
    """What this request tells of whoever sent it."""
    return Submit(
        seconds=sent.at - form.shown_at,
        fetched=form.fetched,
        trapped=sent.trapped,
        prefetch=loads_ahead(request.headers.get(name, "") for name in PURPOSE_HEADERS),
        agent=request.headers.get("User-Agent", ""),
        address=address_in(request.remote_addr),
    )
