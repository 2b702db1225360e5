"""Figures as an HTTP answer in the format asked for, which need not be sent twice.

Each answer has an entity tag (RFC 9110): whoever names the one they have gets 304 and no body while
the figures are the same. For boards it is strong, since every byte follows from what was published.
For insiders `as_of` is the moment of asking, and all else follows from the fingerprint: it is weak.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, current_app, request

from survey.access.caller import caller
from survey.reports.exports.csv_table import csv_lines, described
from survey.reports.exports.naming import file_name
from survey.reports.exports.ods import ods
from survey.reports.exports.table import Table, table_of
from survey.reports.exports.xlsx import xlsx
from survey.reports.figures import Figures
from survey.reports.parameters import FORMATS
from survey.reports.stamp import INSIDERS_ONLY

ENDINGS = {"csv": "csv", "csvw": "csv-metadata.json", "xlsx": "xlsx", "ods": "ods"}
SPREADSHEETS: dict[str, Callable[[Figures, Table], bytes]] = {"xlsx": xlsx, "ods": ods}
Body = str | bytes | Iterable[str]
# What may stand in an address as it is; not < and >, which would end it in a Link.
IN_QUERIES = "%&=+,:;@/?!$'()*"


def sent(figures: Figures, form: str, beside: Callable[[str], str] | None = None) -> Response:
    """The answer in a format; 304 where the caller has it already.

    Args:
        figures: the answer.
        form: of `FORMATS`.
        beside: gives the address of the same question in another format; without it, that in which
            the request names the format.
    """
    beside = beside or _address_in
    answer = _answer(figures, form, lambda: _body(figures, form, beside))
    if form in ENDINGS:
        months = figures["period"]["from"][:7], figures["period"]["to"][:7]
        name = file_name("figures", months, request.args, caller().partners, ENDINGS[form])
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    if form == "csv":
        link = f'<{beside("csvw")}>; rel="describedby"; type="{FORMATS["csvw"]}"'
        answer.headers.set("Link", link)
    return answer


@dataclass(frozen=True)
class Written:
    """An answer as JSON.

    Attributes:
        as_of: the moment it is of, which comes first in it.
        head: all else but the rows, which its headers go by.
        rest: what follows in the text.
    """

    as_of: str
    head: Figures
    rest: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return f'{{"as_of": "{self.as_of}", {self.rest}'

    @property
    def length(self) -> int:
        """About how many characters it has."""
        return len(self.rest)


def written(figures: Figures) -> Written:
    """The answer written down, to be sent more than once."""
    rest = {name: value for name, value in figures.items() if name != "as_of"}
    # Without the brace before it.
    return Written(figures["as_of"], rest | {"rows": [], "total": None}, json.dumps(rest)[1:])


def sent_again(answer: Written) -> Response:
    """What `sent` gives of the same answer as JSON."""
    return _answer(answer.head | {"as_of": answer.as_of}, "json", lambda: answer.text)


def _answer(figures: Figures, form: str, body: Callable[[], Body]) -> Response:
    """The answer, or 304, with the headers that all formats have."""
    tag = _tag(figures, form)
    if request.if_none_match.contains_weak(tag):
        answer = current_app.response_class(status=304)
    else:
        answer = current_app.response_class(body(), mimetype=FORMATS[form])
    answer.set_etag(tag, weak=figures["release"] == INSIDERS_ONLY)
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.vary.update(("Accept", "Authorization"))
    return answer


def _tag(figures: Figures, form: str) -> str:
    strong = "" if figures["release"] == INSIDERS_ONLY else f"-{figures['as_of']}"
    return f"{figures['fingerprint']}-{form}{strong}"


def _body(figures: Figures, form: str, beside: Callable[[str], str]) -> Body:
    if form == "json":
        return json.dumps(figures)
    table = table_of(figures)
    if form == "csv":
        return csv_lines(table)
    if form == "csvw":
        return json.dumps(described(figures, table, beside("csv")), indent=1)
    return SPREADSHEETS[form](figures, table)


def _address_in(form: str) -> str:
    """The same question in another format: the address beside this one, in the same spelling."""
    given = request.query_string.decode("latin-1")
    query, named = re.subn(r"(?<![^&])format=[^&]*", f"format={form}", given)
    if not named:
        query = f"{query}&format={form}" if query else f"format={form}"
    return f"figures?{quote(query, safe=IN_QUERIES)}"
