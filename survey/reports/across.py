"""Figures that no row's own counts give: beside the total, and beside partners that are compared.

They stand on what all eligible closures are like, or on answers by how long their people waited.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from survey.partnership.directory import Directory
from survey.partnership.working_time import WorkingCalendar
from survey.reports.delay import delay_cost
from survey.reports.eligible import Counts, Traits, declared_orders, eligible_cells
from survey.reports.query import CLOSED, FiguresQuery
from survey.reports.raking import FEWEST_ANSWERS, Cell, weighted_share
from survey.reports.standard import Stratum, compares, standardised
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Across:
    """What an answer needs beside its rows."""

    query: FiguresQuery
    known: Directory
    eligible: Callable[[], Mapping[Traits, Counts]]

    def of_total(self, whole: Tally) -> dict[str, Any]:
        """`weighted_csat` and `delay_cost` of all rows together; null where these are withheld."""
        if whole.answered < self.known.settings.minimum_base:
            return {"weighted_csat": None, "delay_cost": None}
        day, effect = WorkingCalendar.of(self.known.settings).hours_a_day, whole.design_effect
        weighted = None
        if self.query.cohort == CLOSED and whole.answered >= FEWEST_ANSWERS:
            weighted = weighted_share(self._cells, declared_orders(self.known), effect)
        return {
            "weighted_csat": weighted and asdict(weighted),
            "delay_cost": asdict(delay_cost(whole.waited, day, effect)),
        }

    def of_row(self, key: tuple[str | None, ...], tally: Tally) -> dict[str, Any]:
        """`standardised_csat` of a partner, where partners are compared; else nothing."""
        if not compares(self.query.by, self.query.cohort):
            return {}
        if tally.answered < self.known.settings.minimum_base:
            return {"standardised_csat": None}
        partner = next(p for p in self.known.everything.partners if p.code == key[0])
        strata: dict[tuple[str, ...], Counter[str]] = {}
        for cell in self._cells:
            if cell.traits[0] == str(partner.id):
                strata.setdefault(_case(cell), Counter()).update(
                    answered=cell.answered, satisfied=cell.satisfied
                )
        found = [
            Stratum(name, each["answered"], each["satisfied"]) for name, each in strata.items()
        ]
        return {"standardised_csat": asdict(standardised(found, self._mix, tally.design_effect))}

    @cached_property
    def _cells(self) -> list[Cell]:
        return eligible_cells(self.eligible())

    @cached_property
    def _mix(self) -> Counter[tuple[str, ...]]:
        """How many eligible closures of each kind all partners have."""
        mix: Counter[tuple[str, ...]] = Counter()
        for cell in self._cells:
            mix[_case(cell)] += cell.eligible
        return mix


def _case(cell: Cell) -> tuple[str, ...]:
    """Its service, and whether the target was met."""
    _, service, _, target = cell.traits
    return service, target
