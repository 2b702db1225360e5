"""The geometry of pictures: in place, to scale, and silent where nothing may be shown."""

from hypothesis import given
from hypothesis import strategies as st

from survey.reports import pictures

shares = st.floats(0, 1)


def row(month: str, value: float | None) -> dict[str, object]:
    return {"month": month, "csat": value and {"value": value, "low": value / 2, "high": 1.0}}


def test_a_gap_breaks_the_line() -> None:
    rows = [row("a", 0.5), row("b", 0.75), row("c", None), row("d", 1.0)]
    drawn = pictures.trend(rows, "month", "csat")
    assert [[dot.label for dot in line] for line in drawn.lines] == [["a", "b"], ["d"]]
    assert [text for _, text in drawn.labels] == ["a", "b", "c", "d"]
    assert [dot.y for dot in drawn.dots] == [100.0, 50.0, 0.0]
    assert drawn.dots[0].bottom == 150.0


def test_bars_are_as_long_as_their_share() -> None:
    drawn = pictures.bars([row("a", 0.5), row("b", None)], "month", "csat")
    assert [bar.length for bar in drawn] == [pictures.BAR_WIDTH / 2, None]


@given(st.dictionaries(st.text(), st.integers(0, 1000)))
def test_pieces_lie_end_to_end_and_fill_the_whole(counts: dict[str, int]) -> None:
    drawn = pictures.pieces(counts)
    assert [piece.count for piece in drawn] == list(counts.values())
    if sum(counts.values()):
        assert abs(sum(piece.length for piece in drawn) - pictures.BAR_WIDTH) < len(drawn)
    for piece in drawn:
        assert 0 <= piece.start <= pictures.BAR_WIDTH
