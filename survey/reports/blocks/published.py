"""Figures for boards: from sealed blocks, in the same shape as those that insiders get.

Whatever is asked, the answer is a sum of whole blocks; see docs/decisions/0011. Nothing in it
depends on what happened to answers since they were sealed, or on when it is asked for; but once a
year parts of blocks are counted anew, see docs/decisions/0015.
"""

from dataclasses import replace

from survey.partnership.directory import directory
from survey.partnership.settings import SIDES
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks.grid import inside, of_one_partner, side_of
from survey.reports.blocks.groups import must_be_a_group
from survey.reports.blocks.record import Record
from survey.reports.blocks.row import OF_CLOSURES, OF_WHOLES, Sealed, board_row
from survey.reports.blocks.rule import MANY
from survey.reports.blocks.standing import years_restated
from survey.reports.blocks.sums import Asked
from survey.reports.counting import Key
from survey.reports.figures import Figures, keys_of
from survey.reports.query import FiguresQuery
from survey.reports.row import Row
from survey.reports.rules import OF_CURRENT_ROWS, RULES
from survey.reports.selection import select_closures
from survey.reports.stamp import as_shown, stamped
from survey.reports.tally import Tally

BLOCKS = "blocks"
FOR_BOARDS = "sealed: for boards"
COUNTED = (
    "of sealed months as counted on that day, and once more when the first quarter of the year "
    "after was sealed, with what had come in or was put right; of others as they stand; by a side: "
    "of every value, whatever may be told apart of its answers"
)
BOARD_RULES = {name: rule for name, rule in RULES.items() if name not in OF_CURRENT_ROWS} | {
    "n": "answers in the blocks that close in the row's months: sealed, and not changed since but "
    f"for what restated says; by {', '.join(SIDES)}: of whole quarters where these were told by "
    "it, else in those parts of them that may be told apart, and in the row "
    f"{NOT_TOLD_APART} in the others",
    "whole_quarters": f"by {', '.join(SIDES)}: quarters of which all answers are in rows by it, "
    "where some partner's are; of other months there are those only that parts of blocks tell",
    "restated": "years of which parts of blocks were counted anew, once, when the first quarter of "
    "the year after was sealed: where the answers of minimum_base people or more in the part had "
    "changed; n, answered in funnel, csat, satisfaction and response_rate are of the new counts, "
    "all else about answers as first sealed. Or of which closures were counted anew: see "
    "within_target",
    **{name: f"{RULES[name]}; {COUNTED}" for name in OF_CLOSURES},
    "withheld": "no block closes in the row's months, or blocks of fewer than three partners would "
    f"be added up; by {', '.join(SIDES)}: or no answer with the row's value may be told apart",
    "funnel": f"{RULES['funnel']}; of the closures of the months that the blocks are of",
    "response_rate": "answers in the blocks / asked in the months that the blocks are of; null "
    "where the answers are more, since some are about enquiries closed before",
    "repeated": f"{RULES['repeated']}; within a block, within a partner's quarter where whole ones "
    f"are needed, by {', '.join(SIDES)} within the parts of a block: who answered in several is "
    "taken for several; what was counted anew is widened as it was before",
    "satisfaction": f"{RULES['satisfaction']}; by {', '.join(SIDES)}: null where a row is of whole "
    "quarters that were told by it",
    "ratings": f"{RULES['ratings']}; like dissatisfied, resolved, ease, recommendation, sentiment "
    f"and questions of those partners' whole quarters whose blocks hold at least {MANY} people; "
    "null where there is none, or not whole quarters",
    "questions": f"{RULES['questions']}, or {MANY} in a partner's quarter",
}


def published(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Figures:
    """The answer for boards to a query, of the partners visible to the caller (None: all).

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: blocks do not tell that apart, or a filter has a value that does not exist.
        NotLoaded: there is no partnership yet.
    """
    return answered(query, record_for(query, visible_partners))


def record_for(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Record:
    """The record that a query is answered from, and any that narrows it further.

    Raises: as `published` does.
    """
    inside(query)
    known = directory()
    by_partner = {name: code for name, code in query.filters.items() if name == "partner"}
    partners = select_closures(replace(query, filters=by_partner), visible_partners, known).partners
    group = query.filters.get("service")
    if group is not None:
        must_be_a_group(group, partners, known)
    return Record(query.period, partners, known, group)


def answered(query: FiguresQuery, record: Record) -> Figures:
    """The answer to a query from a record that holds its period, its partners and its services.

    Raises:
        Refused: it is by directorate, of several partners together.
    """
    asked, settings = Asked(query, record), record.known.settings
    of_one_partner(query, several=asked.several)
    sums, speed, side = asked.sums(), asked.speed(), side_of(query)
    rows = [
        dict(zip(query.by, key, strict=True))
        | board_row(
            sums.rows.get(key) or Sealed(),
            speed.rows.get(key) or Tally(),
            several=sums.several_in_a_row,
        )
        | (_unsaid(key) if side else {})
        for key in keys_of(query, [*speed.rows, *sums.rows])
    ]
    content = {
        "period": as_shown(query.period, settings.time_zone),
        "cohort": BLOCKS,
        "release": FOR_BOARDS,
        "by": list(query.by),
        "minimum_base": settings.minimum_base,
        "whole_quarters": sums.whole_quarters,
        "restated": sorted({*years_restated(asked.blocks), *speed.recounted}),
        "rules": BOARD_RULES,
        "rows": rows,
        "total": board_row(sums.whole, speed.whole, several=sums.several),
    }
    return stamped(content, record.as_of)


def _unsaid(key: Key) -> Row:
    """What is not told of a row by a side: what its value is not known of has no closures."""
    return dict.fromkeys((*OF_WHOLES, *OF_CLOSURES) if NOT_TOLD_APART in key else OF_WHOLES)
