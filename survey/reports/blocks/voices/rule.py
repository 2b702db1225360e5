"""How much boards may hear of what people say: from how many people on, and how exactly.

Why this is enough: docs/decisions/0014.
"""

from survey.reports.blocks.rule import MANY

# Up to so many comments are drawn, from those of so many people at least.
DRAWN, DRAWN_FROM = 10, 20
# How critical people are is told in steps of so many percent; the last one is open.
STEP, LAST_STEP = 10, 60


def people_to_draw_from(minimum: int) -> int:
    """How many people wrote the comments, at least, from which some are drawn.

    Args:
        minimum: how many people a block holds at least.
    """
    return max(DRAWN_FROM, DRAWN + minimum - 1)


def people_to_tell_mood(minimum: int) -> int:
    """How many people name a theme, at least, where boards hear how critical they are of it.

    Of so many, those that the open step leaves are more than anybody may be told of.

    Args:
        minimum: how many people a block holds at least.
    """
    return max(MANY, 3 * minimum)


def in_steps(part: int, whole: int) -> dict[str, float]:
    """Between which two shares part / whole lies: from the one (included) to the other.

    Args:
        part: how many.
        whole: of how many, above 0.
    """
    percent = min(100 * part // whole // STEP * STEP, LAST_STEP)
    return {"from": percent / 100, "to": 1.0 if percent == LAST_STEP else (percent + STEP) / 100}
