"""A partner's colour on its pages: readable whatever it is, and refused where it is too faint."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from survey.foundation.toml_files import WrongFile
from survey.partnership.colours import ENOUGH, GROUND, WHITE, contrast, style_sheet
from survey.partnership.file import read_file
from tests.databases import FOUNDING

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1d4e89", "#1d4e89", 1.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@given(COLOURS)
def test_a_page_can_be_read_in_any_colour(colour: str) -> None:
    accent, dark, tint = style_sheet(colour).split("{")[1].rstrip("}\n").split(";")
    for shade in (accent, dark):
        for ground in (WHITE, GROUND):
            assert contrast(shade.split(":")[1], ground) >= ENOUGH
    assert contrast("#1b2a33", tint.split(":")[1]) >= ENOUGH


def test_the_sheet_of_a_colour_may_be_kept_and_names_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/colour/1d4e89.css")
    assert answer.mimetype == "text/css"
    assert "--accent:#1d4e89" in answer.text
    assert len(answer.data) < 100
    assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("colour", ["1D4E89", "1d4e8", "1d4e899", "red", "}*{x", "1d4e89%0a"])
def test_anything_else_is_no_colour(client: FlaskClient, colour: str) -> None:
    assert client.get(f"/colour/{colour}.css").status_code == 404


def test_a_file_with_a_colour_too_faint_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faint.toml"
    file.write_text(
        FOUNDING.read_text().replace(
            'name = "Hampshire County Council"',
            'name = "Hampshire County Council"\ncolour = "#ffdd00"',
        )
    )
    with pytest.raises(WrongFile, match=r"partners.HCC.colour.*contrast of 1\.3 to 1"):
        read_file(file)
