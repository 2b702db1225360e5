"""The accessibility statement: what holds, how it was tried, what is missing, how to complain."""

from datetime import date

from flask import Blueprint, current_app, render_template

from survey.foundation.headers import private_page
from survey.foundation.languages import for_the_person

# To be moved on when the statement, or how the pages are tried, changes.
WRITTEN = date(2026, 11, 27)
TESTED = date(2026, 11, 28)

statement = Blueprint("statement", __name__, template_folder="pages")
statement.after_request(private_page)
for_the_person(statement)


@statement.get("/accessibility")
def accessibility() -> str:
    """For all pages, letters and documents of the service, in each language."""
    return render_template(
        "accessibility.html",
        address=current_app.config["SURVEY_MAIL_FROM"],
        written=WRITTEN,
        tested=TESTED,
    )
