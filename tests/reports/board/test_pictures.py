"""The geometry of pictures: in place, to scale, and silent where nothing may be shown."""

from hypothesis import given
from hypothesis import strategies as st

from survey.reports.board import pictures


def row(month: str, value: float | None) -> dict[str, object]:
    return {"month": month, "csat": value and {"value": value, "low": value / 2, "high": 1.0}}


def test_a_gap_breaks_the_line() -> None:
    rows = [row("a", 0.5), row("b", 0.75), row("c", None), row("d", 1.0)]
    drawn = pictures.trend(rows, "month", "csat")
    assert [[dot.row["month"] for dot in line] for line in drawn.lines] == [["a", "b"], ["d"]]
    assert [(one.row["month"], two.row["month"]) for one, two in drawn.segments] == [("a", "b")]
    assert [label.text for label in drawn.labels] == ["a", "b", "c", "d"]
    heights = dict(drawn.scale)
    assert [dot.y for dot in drawn.dots] == [heights[0.5], heights[0.75], heights[1.0]]
    assert (drawn.dots[0].top, drawn.dots[0].bottom) == (heights[1.0], heights[0.25])


@given(st.integers(0, 120))
def test_times_have_room_on_a_desk_and_on_a_phone(months: int) -> None:
    labels = pictures.trend([row(str(at), 0.5) for at in range(months)], "month", "csat").labels
    assert len(labels) <= pictures.MOST_LABELS
    assert len([one for one in labels if not one.minor]) <= pictures.ON_A_PHONE
    assert not months or not labels[0].minor
    assert all(pictures.LEFT < one.x < pictures.WHOLE for one in labels)


def test_the_lowest_stands_first_and_what_may_not_be_shown_last() -> None:
    rows = [row("a", 0.5), row("b", None), row("c", 0.25)]
    assert [each["month"] for each in pictures.lowest_first(rows, "csat")] == ["c", "a", "b"]


@given(st.dictionaries(st.text(), st.integers(0, 1000)))
def test_pieces_lie_end_to_end_and_fill_the_whole(counts: dict[str, int]) -> None:
    drawn = pictures.pieces(counts)
    assert [piece.count for piece in drawn] == list(counts.values())
    if sum(counts.values()):
        assert abs(sum(piece.length for piece in drawn) - pictures.WHOLE) < len(drawn)
    for piece in drawn:
        assert 0 <= piece.start <= pictures.WHOLE
