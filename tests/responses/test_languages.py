"""In which language a page is shown, that it stays so, and that another one needs no code."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.config import Config, SettingError
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.stop_tokens import stop_token
from tests.databases import config_for
from tests.responses.answering import asked, hidden_field

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def visit(
    app: Flask, path: str, browser: str = "", form: dict[str, str] | None = None
) -> TestResponse:
    """One request, in a context of its own as in a real server; `browser` is Accept-Language."""
    db.session.remove()
    headers = {"Accept-Language": browser} if browser else {}
    with app.app_context():
        client = app.test_client()
        if form is None:
            return client.get(path, headers=headers)
        return client.post(path, headers=headers, data=form)


def language_of(answer: TestResponse) -> str:
    return answer.text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("own", "query", "browser", "shown"),
    [
        (None, "", "", "en"),
        (None, "", "cy", "cy"),
        (None, "", "fr, cy-GB;q=0.8, en;q=0.5", "cy"),
        (None, "", "fr", "en"),
        ("cy", "", "en-GB", "cy"),
        ("cy-GB", "", "en", "cy"),
        ("fr", "", "cy", "cy"),
        ("en", "", "cy", "en"),
        ("cy", "?language=en", "cy", "en"),
        ("en", "?language=cy", "en", "cy"),
        ("cy", "?language=xx", "en", "cy"),
    ],
)
def test_what_is_chosen_goes_before_the_enquiry_and_that_before_the_browser(
    app: Flask, own: str | None, query: str, browser: str, shown: str
) -> None:
    answer = visit(app, f"/a/{asked(language=own)}{query}", browser)
    assert language_of(answer) == shown
    assert ("Anfon fy ateb" in answer.text) == (shown == "cy")


def test_every_page_of_the_person_can_be_switched_and_keeps_its_address(app: Flask) -> None:
    stop = f"/stop/{stop_token(keys().person_hash('a@b.example'))}/HCC"
    for path in (f"/a/{asked()}", "/a/nobody", stop, "/stop/no", "/thanks", "/accessibility"):
        page = visit(app, path)
        assert '<a href="?language=cy" lang="cy" hreflang="cy">Cymraeg</a>' in page.text
        welsh = visit(app, f"{path}?language=cy")
        assert language_of(welsh) == "cy"
        assert '<a href="?language=en" lang="en" hreflang="en">English</a>' in welsh.text
    assert 'href="?rating=4&amp;language=cy"' in visit(app, f"/a/{asked()}?rating=4&x=1").text
    assert "Set-Cookie" not in welsh.headers


def test_the_language_is_kept_through_errors_thanks_consent_and_stopping(app: Flask) -> None:
    path = f"/a/{asked()}"
    form = {"form_nonce": hidden_field(visit(app, f"{path}?language=cy").text)}
    # A form keeps its language, even where it is sent to the bare link.
    wrong = visit(app, path, "en", form)
    assert "Gwall:" in wrong.text
    assert "Dewiswch pa mor fodlon" in wrong.text
    sent = visit(app, path, "en", form | {"rating": "3", "comment": "Araf"})
    assert sent.location.endswith("language=cy")
    thanks = visit(app, sent.location, "en")
    assert "Gawn ni gysylltu â chi am hyn?" in thanks.text
    field = thanks.text.split('name="consent_form" value="')[1].split('"')[0]
    noted = visit(app, sent.location, "en", {"consent_form": field, "contact": "yes"})
    assert language_of(visit(app, noted.location, "en")) == "cy"
    stop = f"/stop/{stop_token(keys().person_hash('a@b.example'))}?language=cy"
    assert language_of(visit(app, stop, "en", {})) == "cy"


def test_a_form_sent_too_late_is_answered_in_its_language(app: Flask) -> None:
    path = f"/a/{asked()}"
    form = {"form_nonce": hidden_field(visit(app, f"{path}?language=cy").text), "rating": "1"}
    db.session.execute(db.text("UPDATE invitation SET expires_at = '2026-01-01 00:00:00'"))
    db.session.commit()
    assert "Mae’r ddolen hon wedi dod i ben" in visit(app, path, "en", form).text


def test_switching_after_an_error_loses_nothing_and_stores_nothing(app: Flask) -> None:
    path = f"/a/{asked()}?language=cy"
    form = {"form_nonce": hidden_field(visit(app, path).text), "comment": "Kept", "rating": "3"}
    wrong = visit(app, path, form=form | {"rating": ""})
    assert (
        '<button form="answer" name="show_in" value="en" lang="en">English</button>' in wrong.text
    )
    again = visit(app, path, form=form | {"show_in": "en"})
    assert (again.status_code, language_of(again)) == (200, "en")
    assert "\nKept</textarea>" in again.text
    assert 'name="rating" value="3" checked' in again.text
    assert db.session.scalar(db.text("SELECT count(*) FROM response")) == 0
    sent = form | {"form_nonce": hidden_field(again.text)}
    assert visit(app, path, form=sent).location.endswith("language=en")


def test_the_pages_of_operators_stay_english(app: Flask) -> None:
    assert language_of(visit(app, "/api/v1/docs?language=cy", "cy")) == "en"


@pytest.fixture
def irish(tmp_path: Path) -> Path:
    """A folder with a catalogue for another language, in which two things are translated."""
    catalogue = Catalog(locale="ga")
    catalogue.add("Thank you", "Go raibh maith agat")
    catalogue.add("Language", "Teanga")
    catalogue.add("This statement was written on %(day)s.", "Scríobhadh é ar %(day)s.")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    at = tmp_path / "more" / "ga" / "LC_MESSAGES"
    at.mkdir(parents=True)
    (at / "messages.mo").write_bytes(compiled.getvalue())
    return tmp_path / "more"


@pytest.fixture
def irish_app(app: Flask, irish: Path, database_url: str, tmp_path: Path) -> Flask:
    """The service with that folder."""
    return create_app(replace(config_for(database_url, tmp_path), translations=str(irish)))


def test_another_language_is_a_catalogue_and_no_code(irish_app: Flask) -> None:
    page = visit(irish_app, "/thanks", "ga-IE, en")
    assert language_of(page) == "ga"
    assert "<h1>Go raibh maith agat</h1>" in page.text
    assert 'aria-label="Teanga"' in page.text
    offered = visit(irish_app, "/thanks").text
    assert "Gaeilge</a>" in offered
    assert "Cymraeg</a>" in offered
    assert "Samhain 2026" in visit(irish_app, "/accessibility?language=ga").text


def test_a_form_is_not_offered_in_a_language_that_its_questions_do_not_have(
    irish_app: Flask,
) -> None:
    with irish_app.app_context():
        token = asked(language="ga")
    page = visit(irish_app, f"/a/{token}?language=ga", "ga")
    assert language_of(page) == "en"
    assert "Gaeilge" not in page.text
    assert "Cymraeg" in page.text


def test_a_folder_without_catalogues_or_with_an_unknown_language_stops_the_start(
    irish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SECRET_KEY": "s" * 40,
        "DATA_KEY": "d" * 40,
        "PUBLIC_URL": "http://survey.test",
        "MAIL_URL": "maildir:mail",
        "MAIL_FROM": "survey@survey.test",
        "TRANSLATIONS": str(irish),
    }.items():
        monkeypatch.setenv(f"SURVEY_{name}", value)
    assert Config.from_environment().translations == str(irish)
    (irish / "ga").rename(irish / "nonsense")
    with pytest.raises(SettingError, match="nonsense is no language known"):
        Config.from_environment()
    monkeypatch.setenv("SURVEY_TRANSLATIONS", str(irish.parent / "nowhere"))
    with pytest.raises(SettingError, match="SURVEY_TRANSLATIONS: a folder with"):
        Config.from_environment()
