"""The partnership file is understood, or every mistake in it is told with its place."""

import re

import pytest

from survey.foundation.toml_files import WrongFile
from survey.partnership.file import CoordinatorEntry, parse
from survey.partnership.model import PRECISIONS
from survey.partnership.schema import SourceSchema
from survey.partnership.settings import Settings
from tests.databases import FOUNDING

SMALLEST = """
name = "Two Councils"
provider = "A"
[partners.A]
name = "Council A"
[services.payroll]
name = "Payroll"
target_hours = 16
[sources.portal]
name = "Portal"
"""


def mistakes_in(text: str) -> list[str]:
    with pytest.raises(WrongFile) as caught:
        parse(text.encode())
    return caught.value.mistakes


def test_the_founding_example_declares_what_the_interface_promises() -> None:
    file = parse(FOUNDING.read_bytes())
    assert file.provider == "HCC"
    assert set(file.partners) == {"HCC", "HFRS", "HC", "OCC"}
    assert set(file.sources) == {"contact-centre", "portal", "servicenow"}
    assert file.sources["servicenow"].precision == "minute"
    services = {"finance", "hr", "payroll", "pensions", "purchasing", "income", "schools"}
    assert set(file.services) == services
    assert all(entry.directorates and entry.coordinators for entry in file.partners.values())


def test_the_defaults_shown_in_the_founding_example_are_the_defaults() -> None:
    text = FOUNDING.read_text("utf-8")
    spelled_out, shown = re.subn(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert shown == 26
    assert parse(spelled_out.encode()) == parse(text.encode())
    assert parse(text.encode()).settings == Settings()


def test_the_smallest_file_gets_every_default() -> None:
    file = parse(SMALLEST.encode())
    assert file.settings == Settings()
    assert file.partners["A"].asks
    assert file.services["payroll"].asks
    assert file.sources["portal"].precision == "second"


def test_everything_written_is_taken_over() -> None:
    file = parse(
        b"""
        name = "One"
        provider = "A"
        time_zone = "Europe/Dublin"
        minimum_base = 5
        sides = ["hours"]
        [asking]
        delay_minutes = 0
        quiet_days = 1
        too_old_days = 2
        expires_days = 3
        wait_days = 4
        remind_days = 5
        share = 6
        outcomes = ["withdrawn"]
        shared_mailboxes = ["info"]
        answering_team = ["@ibc.example.org"]
        questionnaire = "own"
        answering_networks = ["10.1.0.0/16", "2001:db8::/32"]
        [keeping]
        address_days = 4
        comment_months = 5
        [opening]
        opens = "00:00"
        closes = "24:00"
        weekdays = [6, 7]
        holidays = "scotland"
        [partners.A]
        name = "A"
        asks = false
        directorates = { d = "D" }
        coordinators = [{ name = "Jo", email = "jo@a.example", directorate = "d" }]
        [services]
        s = { name = "S", target_hours = 0.5, asks = false }
        [sources]
        x = { name = "X", precision = "day" }
        """
    )
    settings = file.settings
    assert (settings.time_zone, settings.minimum_base) == ("Europe/Dublin", 5)
    assert settings.sides == ("hours",)
    assert vars(settings.asking) == {
        "delay_minutes": 0,
        "quiet_days": 1,
        "too_old_days": 2,
        "expires_days": 3,
        "wait_days": 4,
        "remind_days": 5,
        "share": 6,
        "outcomes": ("withdrawn",),
        "shared_mailboxes": ("info",),
        "answering_team": ("@ibc.example.org",),
        "questionnaire": "own",
        "answering_networks": ("10.1.0.0/16", "2001:db8::/32"),
    }
    assert vars(settings.keeping) == {"address_days": 4, "comment_months": 5}
    assert (settings.opening.opens, settings.opening.closes) == ("00:00", "24:00")
    assert (settings.opening.weekdays, settings.opening.holidays) == ((6, 7), "scotland")
    assert not file.partners["A"].asks
    assert file.partners["A"].coordinators == (CoordinatorEntry("Jo", "jo@a.example", "d"),)
    assert (file.services["s"].target_hours, file.services["s"].asks) == (0.5, False)
    assert file.sources["x"].precision == "day"


def test_the_narrowest_rule_wins() -> None:
    file = parse(
        SMALLEST.encode()
        + b"""
        [partners.A.asking]
        share = 50
        remind_days = 0
        [partners.A.opening]
        holidays = "scotland"
        [services.payroll.asking]
        share = 10
        outcomes = ["unresolved"]
        """
    )
    for settings in (file.settings, Settings.from_document(file.settings.to_document())):
        rules = settings.asking_of("A", "payroll")
        assert (rules.share, rules.remind_days, rules.outcomes) == (10, 0, ("unresolved",))
        assert (rules.quiet_days, settings.asking_of("A", "other").share) == (30, 50)
        assert settings.asking_of("B", "other") == settings.asking
        assert settings.opening_of("A").holidays == "scotland"
        assert settings.opening_of("B") == settings.opening


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[partners.A.asking]\nquiet_days = 1", "partners.A.asking.quiet_days: unknown key"),
        ("[services.payroll.asking]\nshare = 101", "services.payroll.asking.share: must lie"),
        ('[partners.A.opening]\nopens = "07:00"', "partners.A.opening.closes: goes together"),
    ],
)
def test_a_narrower_rule_that_cannot_be_is_refused(written: str, said: str) -> None:
    mistakes = mistakes_in(f"{SMALLEST}\n{written}")
    assert any(mistake.startswith(said) for mistake in mistakes), mistakes


def test_settings_survive_the_way_through_a_document() -> None:
    settings = parse(FOUNDING.read_bytes()).settings
    assert Settings.from_document(settings.to_document()) == settings


NOMINATED = """"Council A"
nominated_person = { name = "NAME", email = "MAIL" }
coordinators = [{ name = "Jo Smith", email = "Jo@a.example" }]
"""


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("Ann", "jo@A.example", "partners.A.nominated_person.email: is a coordinator"),
        ("jo  smith", "other@a.example", "partners.A.nominated_person.name: is a coordinator"),
        ("Ann", "nowhere", "partners.A.nominated_person.email: Not a valid email"),
    ],
)
def test_the_nominated_person_is_no_coordinator(name: str, email: str, said: str) -> None:
    written = NOMINATED.replace("NAME", name).replace("MAIL", email)
    mistakes = mistakes_in(SMALLEST.replace('"Council A"', written, 1))
    assert any(mistake.startswith(said) for mistake in mistakes), mistakes


def test_a_nominated_person_and_themes_are_taken_over() -> None:
    written = NOMINATED.replace("NAME", "Ann").replace("MAIL", "ann@a.example")
    themes = '\n[themes.parking]\nname = "Parking"\nwords = ["car park*"]\n'
    file = parse((SMALLEST.replace('"Council A"', written, 1) + themes).encode())
    partner = file.partners["A"]
    assert (partner.nominated_name, partner.nominated_email) == ("Ann", "ann@a.example")
    assert file.settings.themes == {"parking": {"name": "Parking", "words": ["car park*"]}}
    assert Settings.from_document(file.settings.to_document()) == file.settings


@pytest.mark.parametrize(
    ("written", "for_", "said"),
    [
        ('themes.x]\nname = "X"\n[services', "services", "themes.x.words: Missing data"),
        ('themes.x]\nname = "X"\nwords = []\n[services', "services", "themes.x.words: name 1 to"),
        ('themes.X]\nname = "X"\nwords = ["x"]\n[services', "services", "themes.X: a key is 1"),
        ('"A"\nminimum_bas = 9', '"A"', "minimum_bas: unknown key; nearest known: minimum_base"),
        ('"A"\nasking.quiet_day = 1', '"A"', "asking.quiet_day: unknown key; nearest known: qui"),
        ('"B"', '"A"', "provider: must be one of the partners: A"),
        (
            '"A"\ntime_zone = "Europe/Londn"',
            '"A"',
            "time_zone: no such time zone; nearest known:",
        ),
        ('"A"\nminimum_base = 4', '"A"', "minimum_base: must lie between 5 and 1000"),
        ('"A"\nminimum_base = true', '"A"', "minimum_base: Not a valid integer."),
        ('"A"\nminimum_base = "10"', '"A"', "minimum_base: Not a valid integer."),
        (
            '"A"\nasking.answering_networks = ["10.1.0.1/16"]',
            '"A"',
            "asking.answering_networks[1]: must be an IP network such as",
        ),
        (
            '"A"\nasking.answering_networks = ["0.0.0.0/0"]',
            '"A"',
            "asking.answering_networks[1]: is too wide",
        ),
        ('"A"\nopening.opens = "8:30"', '"A"', "opening.opens: must be a time of day such as"),
        ('"A"\nopening.opens = "17:00"', '"A"', "opening.closes: must be later than opens"),
        ('"A"\nopening.weekdays = [1, 8]', '"A"', "opening.weekdays[2]: must lie between 1 and"),
        ('"A"\nopening.holidays = "wales"', '"A"', "opening.holidays: Must be one of: england-"),
        ("= 0", "= 16", "services.payroll.target_hours: Must be greater than 0"),
        ("= nan", "= 16", "services.payroll.target_hours: Special numeric values"),
        ('= "16"', "= 16", "services.payroll.target_hours: Not a valid number."),
        ('" Payroll"', '"Payroll"', "services.payroll.name: must be one line"),
        (r'"Pay\u0000roll"', '"Payroll"', "services.payroll.name: must be one line"),
        ('services."pay roll"', "services.payroll", "services.pay roll: a code is 1 to 40"),
        ("services.value.name", "services.payroll", "services.value.target_hours: Missing data"),
        ("services]\npayroll = 3\n[a", "services.payroll", "services.payroll: must be a table"),
        ("a]\n[services", "services.payroll", "services.name: must be a table"),
        ("a", "services.payroll", "services: Missing data for required field."),
        ('"Portal"\nprecision = "hour"', '"Portal"', "sources.portal.precision: Must be one of"),
        ('"Council A"\nasks = "no"', '"Council A"', "partners.A.asks: Not a valid boolean."),
        ('"Council A"\ndirectorates = 1', '"Council A"', "partners.A.directorates: must be a ta"),
        ('"Council A"\ndirectorates.d = ""', '"Council A"', "partners.A.directorates.d: must be"),
        (
            '"Council A"\ndirectorates.not-told-apart = "D"',
            '"Council A"',
            "partners.A.directorates.not-told-apart: must not be not-told-apart, other-services",
        ),
        (
            "services.Other-Services",
            "services.payroll",
            "services.Other-Services: must not be not-",
        ),
        (r'"Pay\u202eroll"', '"Payroll"', "services.payroll.name: must be one line"),
    ],
)
def test_a_mistake_is_told_with_its_place(written: str, for_: str, said: str) -> None:
    assert for_ in SMALLEST
    mistakes = mistakes_in(SMALLEST.replace(for_, written, 1))
    assert any(mistake.startswith(said) for mistake in mistakes), mistakes


def test_mistakes_about_coordinators_name_which_one() -> None:
    coordinators = """
        directorates = { pay = "Pay" }
        coordinators = [
          { name = "Jo", email = "jo@a.example" },
          { name = "Jo", email = "jo at a.example" },
          7,
        ]
    """
    assert mistakes_in(SMALLEST.replace("[services", f"{coordinators}[services")) == [
        "partners.A.coordinators[2].email: Not a valid email address.",
        "partners.A.coordinators[3]: must be a table",
    ]


def test_a_coordinator_fits_the_partner_and_stands_there_once() -> None:
    coordinators = """
        directorates = { pay = "Pay" }
        coordinators = [
          { name = "Jo", email = "jo@a.example", directorate = "pay" },
          { name = "Jo", email = "jo@a.example" },
          { name = "Jo", email = "JO@a.example", directorate = "pay" },
          { name = "Jo", email = "jo@a.example", directorate = "pya" },
        ]
    """
    assert mistakes_in(SMALLEST.replace("[services", f"{coordinators}[services")) == [
        "partners.A.coordinators[3].email: is named twice for the same directorate",
        "partners.A.coordinators[4].directorate: unknown; nearest known: pay",
    ]


def test_all_mistakes_are_told_at_once() -> None:
    wrong = SMALLEST.replace("16", "-1").replace('"A"', '"B"').replace('"Portal"', "1")
    assert mistakes_in(f"partner = 1\n{wrong}") == [
        "partner: unknown key; nearest known: partners, provider",
        "provider: must be one of the partners: A",
        "services.payroll.target_hours: Must be greater than 0 and less than or equal to 10000.",
        "sources.portal.name: Not a valid string.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'name = "x"\nprovider = \n', "not TOML: Invalid value (at line 2, column 12)"),
        (b"[partners.A]\n[partners.A]\n", "not TOML: Cannot declare ('partners', 'A') twice (at l"),
        (b'name = "x"\nprovider = "\xe9"\n', "line 2: not UTF-8 text"),
        (b"", "name: Missing data for required field."),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(WrongFile) as caught:
        parse(content)
    assert caught.value.mistakes[0].startswith(said)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse(b"\xef\xbb\xbf" + SMALLEST.encode()) == parse(SMALLEST.encode())


def test_file_and_database_know_the_same_precisions() -> None:
    for precision in PRECISIONS:
        assert SourceSchema().validate({"name": "x", "precision": precision}) == {}
