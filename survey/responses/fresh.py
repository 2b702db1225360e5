"""The fresh form, fast: rendered once for each shape it can have, then only the gaps filled in.

Thousands open their link in the same hour, and of a fresh page just six things differ: who asks, in
which colour, the service, the reference, the rating in the link and the hidden field. Plain Jinja
takes most of the time of a request; here a page is rendered with marks in the gaps and cut into
pieces, kept by colour, rating and what else can change. A test holds the result equal to the
plainly rendered page, byte by byte.
"""

import re
from dataclasses import replace
from itertools import chain

from flask import current_app
from markupsafe import escape

from survey.responses.links import Link
from survey.responses.page import Form, form_html

# A private-use character: no text of ours has it, and escaping leaves it alone.
MARK = "\ue000"
GAP = re.compile(f"{MARK}([a-z]+){MARK}")


def fresh_html(form: Form, link: Link) -> str:
    """The page with a form on which nothing is wrong and nothing is written yet."""
    asked = form.questionnaire
    known = bool(link.reference)
    shape = (asked.name, asked.version, form.language, link.colour, form.in_link, known)
    kept = current_app.extensions.setdefault("survey.responses.fresh", {})
    if shape not in kept:
        kept[shape] = _pieces(form, link)
    gaps = {
        "partner": escape(link.partner),
        "service": escape(link.service),
        "reference": escape(link.reference),
        "signed": form.signed,
    }
    texts, names = kept[shape]
    fillings = [gaps[name] for name in names]
    return "".join(chain.from_iterable(zip(texts, [*fillings, ""], strict=True)))


def _pieces(form: Form, link: Link) -> tuple[list[str], list[str]]:
    """The texts between the gaps, and the names of the gaps."""
    marked = replace(
        link,
        partner=_mark("partner"),
        service=_mark("service"),
        reference=_mark("reference") if link.reference else None,
    )
    parts = GAP.split(form_html(replace(form, link=marked, signed=_mark("signed"))))
    return parts[::2], parts[1::2]


def _mark(name: str) -> str:
    return f"{MARK}{name}{MARK}"
