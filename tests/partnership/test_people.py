"""Who signs in, as the file says it: understood, or every mistake told with its place."""

import pytest

from survey.partnership.file import NamedPersonEntry, parse
from tests.partnership.test_file import SMALLEST, mistakes_in

ADA = 'name = "Ada"\nemail = "ada@a.example"\n'
BOARD = f'[[people]]\n{ADA}role = "board"\npartner = "A"\n'


def test_everybody_written_is_taken_over_in_each_role() -> None:
    joint = f'[[people]]\n{ADA}role = "joint-board"\n'
    file = parse((SMALLEST + BOARD + joint).encode())
    assert file.people == (
        NamedPersonEntry("Ada", "ada@a.example", "board", "A"),
        NamedPersonEntry("Ada", "ada@a.example", "joint-board", None),
    )
    assert parse(SMALLEST.encode()).people == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f'{ADA}role = "board"', "people[2].partner: say the board of which partner"),
        (f'{ADA}role = "board"\npartner = "B"', "people[2].partner: unknown; nearest known: "),
        (f'{ADA}role = "provider"\npartner = "A"', "people[2].partner: is not for the role prov"),
        (f'{ADA}role = "joint-board"\npartner = "A"', "people[2].partner: is not for the role jo"),
        (f'{ADA}role = "coordinator"', "people[2].role: stands with its partner, as [[partners."),
        (f'{ADA}role = "chair"', "people[2].role: must be one of: board, joint-board, provider"),
        (f"{ADA}role = 3", "people[2].role: Not a valid string."),
        (ADA, "people[2].role: Missing data for required field."),
        (f'{ADA}role = "provider"\nphone = "1"', "people[2].phone: unknown key; nearest known: "),
        ('name = "Ada"\nemail = "ada"\nrole = "provider"', "people[2].email: Not a valid email"),
        ('name = ""\nemail = "x@a.example"\nrole = "provider"', "people[2].name: must be one li"),
        (
            'name = "A"\nemail = "ADA@a.example"\nrole = "board"\npartner = "A"',
            "people[2].email: is named twice for the same role",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(written: str, said: str) -> None:
    mistakes = mistakes_in(f"{SMALLEST}{BOARD}[[people]]\n{written}\n")
    assert len(mistakes) == 1
    assert mistakes[0].startswith(said), mistakes
