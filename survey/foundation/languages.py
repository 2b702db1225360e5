"""In which language a page is shown to the person who was asked.

What its address asks for, as links in letters and the switch on each page do; or else the language
of the enquiry; or else one that the browser prefers; or else English. No cookie remembers it. Which
languages there are is found on disk when the service starts: a catalogue is all that one needs. The
pages for boards and operators are English, but for board packs.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale

ENGLISH = "en"
CATALOGUE = Path("LC_MESSAGES", "messages.mo")
SHIPPED = Path(__file__).parent.parent / "translations"


def translated_in(folder: Path) -> tuple[str, ...]:
    """The languages with a compiled catalogue in a folder, such as `cy`."""
    return tuple(sorted(at.parent.parent.name for at in folder.glob(f"*/{CATALOGUE}")))


def install_languages(app: Flask, more: str = "") -> None:
    """Speak English and what is translated: as shipped, and in the folder `more`."""
    folders = [SHIPPED, *([Path(more)] if more else [])]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, folders))
    translated = {language for folder in folders for language in translated_in(folder)}
    app.extensions["survey.languages"] = (ENGLISH, *sorted(translated - {ENGLISH}))
    Babel(app, locale_selector=_selected)
    app.jinja_env.globals.update(get_locale=get_locale, language_switch=language_switch)


def languages() -> tuple[str, ...]:
    """All that we speak, English first; where no app runs, what ships."""
    if not current_app:
        return (ENGLISH, *translated_in(SHIPPED))
    return cast(tuple[str, ...], current_app.extensions["survey.languages"])


def for_the_person(blueprint: Blueprint) -> None:
    """Show this blueprint's pages in the person's language."""

    @blueprint.before_request
    def speak() -> None:
        g.survey_speaks = languages()


def asked_for() -> str | None:
    """What stands as `language` in the address, where we speak it; None leaves it to the page."""
    wanted = request.args.get("language", "") if has_request_context() else ""
    return wanted if wanted in languages() else None


def choose(
    own: str | None = None, among: Collection[str] | None = None, meant: str | None = None
) -> str:
    """The language for a page about something whose `own` language is such as `cy` or `en-GB`.

    Args:
        own: of the enquiry, where it is known.
        among: what else has to be spoken there, such as by the questions; None is all we speak.
        meant: what the form that was sent was shown in, or asks to be shown in.
    """
    known = [one for one in languages() if among is None or one in among]
    # In the order of its preference, which a match of whole tags alone would not keep.
    browser = [tag for tag, quality in request.accept_languages if quality]
    wanted = [meant, asked_for(), *(tag for whole in (own, *browser) for tag in _tags(whole))]
    return next((one for one in wanted if one in known), ENGLISH)


def narrow(known: Collection[str]) -> None:
    """Offer on this page's switch only what is in `known` too."""
    g.survey_speaks = tuple(one for one in languages() if one in known)


def language_switch(kept: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """The other languages this page can be had in: code, own name, and the link that leads there.

    The link names the query alone, so that it stays on the page and behind whatever proxy. It
    takes along what the query holds, or `kept` instead.
    """
    shown, query = str(get_locale()), request.args if kept is None else kept
    return [
        (one, own_name(one), "?" + urlencode({**query, "language": one}))
        for one in g.get("survey_speaks", ())
        if one != shown
    ]


def own_name(language: str) -> str:
    """What a language calls itself, such as `Cymraeg`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def _tags(whole: str | None) -> tuple[str, str]:
    """A tag such as `cy-GB`, and the language alone."""
    tag = (whole or "").lower()
    return tag, tag.split("-")[0]


def _selected() -> str:
    return choose() if "survey_speaks" in g else ENGLISH
