"""The spliced page is the page that plain Jinja gives, whatever stands in the gaps."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.questionnaire.shipped import current
from survey.responses.fresh import MARK, fresh_html
from survey.responses.page import Form, form_html
from tests.responses.answering import LINK

TEXTS = st.text() | st.sampled_from(["<b>", "&amp;", "%s", "%(partner)s", "{{ 7 }}", MARK + "x"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    partner=TEXTS,
    service=TEXTS,
    reference=st.none() | TEXTS,
    rating=st.sampled_from(["", "1", "2", "3", "4", "5"]),
)
def test_a_spliced_page_equals_the_rendered_one(
    app: Flask, partner: str, service: str, reference: str | None, rating: str
) -> None:
    link = replace(LINK, partner=partner, service=service, reference=reference)
    typed = {"rating": rating} if rating else {}
    form = Form(current(), "en", "c2lnbmVk.Zm9ybQ", link, typed, in_link=rating)
    with app.test_request_context():
        assert fresh_html(form, link) == form_html(form)
