"""The PDF: the numbers of the API, tags that a screen reader can use, the same bytes each time."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from pypdf.generic import NullObject

from survey.access import api_keys
from survey.app import create_app
from survey.cli import cli
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from survey.partnership.file import read_file
from survey.partnership.loading import apply
from survey.reports.board.words import hours
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.pack.needed import printer
from survey.reports.periods import parse
from tests.conftest import bearer
from tests.databases import FOUNDING, Sqlite, config_for
from tests.processes import Deployment
from tests.reports.blocks.given import give_many, seal_all

PERIOD = "2026-Q1"
Element = dict[str, Any]


@pytest.fixture(scope="module")
def made(
    can_print: None, sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, Path]]:
    """Three partners' sealed answers of a quarter, and the pack that the command makes of them."""
    folder, url = tmp_path_factory.mktemp("pack"), sqlite.fresh()
    with create_app(config_for(url, folder)).app_context():
        apply(read_file(FOUNDING))
        for partner in ("HCC", "OCC", "HFRS"):
            given = give_many(
                [5, 4, 4, 2] * 9, partner=partner, comment="The portal is slow, but thank you"
            )
            given += give_many([5] * 9 + [1] * 3, "2026-02", partner=partner, service="hr")
            for response in given:
                response.resolved, response.ease = "yes", 4
        db.session.commit()
        run(STATIONS["read"].step)
        seal_all()
        # Else the command would wait for what was just looked at.
        db.session.rollback()
        deployment, file = Deployment(url, folder), folder / "pack.pdf"
        file.write_text("what stood there")
        done = deployment.run("pack", "--period", PERIOD, "--output", str(file))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert {path.name for path in folder.glob("*pack*")} == {"pack.pdf"}
        yield deployment, file
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def pdf(made: tuple[Deployment, Path]) -> PdfReader:
    return PdfReader(made[1])


@pytest.fixture(scope="module")
def elements(pdf: PdfReader) -> list[Element]:
    """Every element of the structure, in the order in which it is read."""
    return list(below(root_of(pdf)["/StructTreeRoot"]))


def root_of(pdf: PdfReader) -> Element:
    root: Element = pdf.trailer["/Root"]  # type: ignore[assignment]
    return root


def below(element: Element) -> Iterator[Element]:
    for kid in element.get("/K", ()):
        found = kid.get_object()
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from below(found)


def kinds(elements: list[Element], *wanted: str) -> list[Element]:
    return [element for element in elements if element["/S"] in wanted]


def text_of(pdf: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"\s+", " ", text)


def test_it_says_what_it_is_to_whoever_opens_it(pdf: PdfReader) -> None:
    title = "Board pack: All partners, 1 January 2026 to 31 March 2026"
    root = root_of(pdf)
    assert pdf.metadata
    assert pdf.metadata.title == title
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    xmp = pdf.xmp_metadata
    assert xmp
    assert xmp.dc_title == {"x-default": title}
    assert 'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data().decode()


def test_every_letter_can_be_shown_anywhere_and_read_aloud(pdf: PdfReader) -> None:
    resources: Any = pdf.pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert len(fonts) >= 3
    for font in fonts:
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_every_figure_of_the_api_stands_in_it(
    made: tuple[Deployment, Path], pdf: PdfReader
) -> None:
    client, text, secret = create_client(made[0]), text_of(pdf), api_keys.mint()
    api_keys.create("board", secret, ("figures:read",), (), ())
    db.session.commit()
    names = {"payroll": "Payroll", "hr": "HR", "HCC": "Hampshire County Council"}
    names |= {"2026-01": "January 2026", "2026-02": "February 2026", "2026-03": "March 2026"}
    for by in ("month", "service", "partner"):
        asked = f"/api/v1/figures?period={PERIOD}&by={by}"
        answer = client.get(asked, headers=bearer(secret)).get_json()
        assert answer["fingerprint"] in text
        for row in [*answer["rows"], answer["total"]]:
            name = names.get(row.get(by, ""), "Together" if by not in row else None)
            if name:
                assert f"{name} {' '.join(cells(row, by))}" in text, (by, row)
            if name and by != "month" and row["within_target"]["n"]:
                assert f"{name} {' '.join(quantiles(row))}" in text, (by, row)
    total = answer["total"]
    for rating, name in {"1": "1, very dissatisfied", "4": "4", "5": "5, very satisfied"}.items():
        assert f"{name} {total['ratings'][rating]} " in text
    assert f"{whole(total['csat'])} ({interval(total['csat'])}) of 144 answers" in text


def test_what_the_api_tells_of_comments_stands_in_it_too(
    made: tuple[Deployment, Path], pdf: PdfReader
) -> None:
    client, text, secret = create_client(made[0]), text_of(pdf), api_keys.mint()
    api_keys.create("another board", secret, ("figures:read",), (), ())
    db.session.commit()
    told, drawn = (
        client.get(f"/api/v1/{what}?period={PERIOD}", headers=bearer(secret)).get_json()["rows"]
        for what in ("themes", "comments")
    )
    themes = [theme for row in told for theme in row["themes"]]
    comments = [comment for row in drawn for comment in row["comments"]]
    assert len(themes) >= 3
    assert len(comments) >= 3
    for theme in themes:
        share = theme["share"]
        assert f"{theme['name']} {theme['count']} {whole(share)} {interval(share)}" in text
    assert all(comment in text for comment in comments)


def create_client(deployment: Deployment) -> Any:
    app = create_app(config_for(deployment.database_url, deployment.folder))
    return app.test_client()


def cells(row: Any, by: str) -> Iterator[str]:
    """How a row of figures is written in its table."""
    yield str(row["within_target"]["n"])
    yield str(row["funnel"]["asked"]) if row["funnel"] else "–"
    yield str(row["n"]) if row["n"] is not None else "–"
    yield with_interval(row["csat"])
    if by == "month":
        points = row["satisfaction"]
        yield "{value:.0f} {low:.0f}–{high:.0f}".format(**points) if points else "–"
    yield with_interval(row["response_rate"])
    yield whole(row["within_target"]) if row["within_target"]["value"] is not None else "–"
    yield hours(row["hours_to_close"]["median"])


def quantiles(row: Any) -> Iterator[str]:
    """How long half, and nine in ten, took to a first reply and to close."""
    for what in ("hours_to_first_reply", "hours_to_close"):
        yield from (hours(row[what][part]) for part in ("median", "p90"))


def with_interval(share: Any) -> str:
    return f"{whole(share)} {interval(share)}" if share and share["value"] is not None else "–"


def whole(share: Any) -> str:
    return f"{share['value'] * 100:.0f} %"


def interval(share: Any) -> str:
    return f"{share['low'] * 100:.0f}–{share['high'] * 100:.0f} %"


def test_every_picture_says_what_it_shows(elements: list[Element], pdf: PdfReader) -> None:
    pictures = kinds(elements, "/Figure")
    assert len(pictures) == 5
    height = pdf.pages[0].mediabox.height
    for picture in pictures:
        assert picture["/Alt"]
        left, bottom, right, top = picture["/A"]["/BBox"]
        assert 0 < left < right
        assert 0 < bottom < top < height
    assert "January 2026: 75 %; February 2026: 75 %" in pictures[1]["/Alt"].replace("\u00a0", " ")


def test_every_cell_of_a_table_is_found_by_its_heads(
    elements: list[Element], pdf: PdfReader
) -> None:
    heads = {head["/ID"]: head for head in kinds(elements, "/TH")}
    index = root_of(pdf)["/StructTreeRoot"]["/IDTree"]["/Names"]
    assert list(index[::2]) == sorted(heads)
    for table in kinds(elements, "/Table"):
        inside = list(below(table))
        assert inside[0]["/S"] == "/Caption"
        assert {head["/A"]["/Scope"] for head in kinds(inside, "/TH")} == {"/Column", "/Row"}
        for cell in kinds(inside, "/TD"):
            scopes = [heads[head]["/A"]["/Scope"] for head in cell["/A"]["/Headers"]]
            assert sorted(scopes) == ["/Column", "/Row"]


def test_headings_descend_by_one_and_are_bookmarks(elements: list[Element], pdf: PdfReader) -> None:
    levels = [int(heading["/S"][2]) for heading in kinds(elements, "/H1", "/H2", "/H3")]
    assert levels.count(1) == levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))

    def titles(marks: Any) -> list[str]:
        return [t for m in marks for t in (titles(m) if isinstance(m, list) else [m.title])]

    assert titles(pdf.outline)[:3] == ["Board pack", "In short", "How satisfied are people?"]


def test_contents_lead_to_the_pages_they_name(pdf: PdfReader) -> None:
    links = [note.get_object() for note in pdf.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    places: dict[str, Any] = pdf.named_destinations
    pages: list[Any] = [
        pdf.get_page_number(places[link["/Dest"]].page.get_object()) for link in links
    ]
    assert len(pages) == 7
    for page, link in zip(pages, links, strict=True):
        assert link["/Contents"] in pdf.pages[page].extract_text()
    contents = re.sub(r"\s+", " ", pdf.pages[0].extract_text()).partition("Contents")[2]
    named = (f"{link['/Contents']} {page + 1}" for page, link in zip(pages, links, strict=True))
    assert " ".join(named) in contents


def test_what_stands_on_every_page_is_no_part_of_what_is_read(
    pdf: PdfReader, elements: list[Element]
) -> None:
    read = {id(element) for element in elements}
    parents = root_of(pdf)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    held = dict(zip(parents[::2], parents[1::2], strict=True))
    for number, page in enumerate(pdf.pages, 1):
        content = page.get_contents()
        assert content is not None
        marked = re.findall(rb"/Artifact\s+<</Type /Pagination>>", content.get_data())
        assert len(marked) == (2 if number == 1 else 3)
        of_page = [part.get_object() for part in held[page["/StructParents"]]]
        apart = [part for part in of_page if isinstance(part, NullObject)]
        assert len(apart) == len(marked)
        assert all(id(part) in read for part in of_page if part not in apart)


def test_the_same_content_gives_the_same_bytes_in_any_process(
    made: tuple[Deployment, Path],
) -> None:
    content = pack_content(parse(PERIOD), None, None)
    assert printer()(composed(content, "en"), lambda *_: None) == made[1].read_bytes()


def test_it_speaks_welsh(made: tuple[Deployment, Path]) -> None:
    welsh = composed(pack_content(parse(PERIOD), "OCC", None), "cy")
    assert '<html lang="cy">' in welsh
    said = re.sub(r"<style>.*?</style>|<[^>]+>", " ", welsh, flags=re.DOTALL)
    assert "Oxfordshire County Council" in said
    assert "Y porth a ffurflenni ar-lein" in said
    for english in ("satisfied", "Answers", "January", "people", "comments", "Portal and online"):
        assert english not in said


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--partner", "XYZ"), 1, "XYZ"),
        (("--period", "2026-13"), 1, "2026-13"),
        (("--period", "2025-12"), 1, "nothing to tell of 2025-12: the months from 2026-01 to "),
        (("--language", "xx"), 2, "en, cy"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_file(
    made: tuple[Deployment, Path], words: tuple[str, ...], status: int, said: str
) -> None:
    file = made[1].with_name("none.pdf")
    done = CliRunner().invoke(cli, ["pack", *words, "--output", str(file)])
    assert (done.exit_code, file.exists()) == (status, False)
    assert said in done.stderr
    assert done.stderr.strip() == done.stderr.rstrip("\n")
