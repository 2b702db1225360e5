"""What closures count for boards, counted again one by one, as they were on the day it was counted.

Every correction says what it changed; so what a closure said on a day is told from what it says
today. Of people who were forgotten the moments are gone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from survey.partnership.directory import Directory
from survey.partnership.settings import SIDES
from survey.reports.blocks.closures_model import COUNTS, WHOLE
from survey.reports.blocks.restating import WITH, counted_anew_with
from survey.reports.verifying.as_of import Look, Sealing, Sealings
from survey.reports.verifying.closure_rows import (
    Closed,
    Correcting,
    Standing,
    closures_of,
    corrections,
    counts_of,
    months,
    standing_of,
    value_of,
)
from survey.reports.verifying.findings import Findings

FORGOTTEN = "closures of then, since somebody was forgotten"
NO_SIDES = "by side, since they were counted before sides were"
CAME_IN, PUT_RIGHT = "came in since", "put right since"
# A partner and a service group, by code.
Series = tuple[str, str]
# By the side and its value, how often each is counted.
Counts = Mapping[tuple[str, str], Mapping[str, int]]


def verify_closures(known: Directory, sealings: Sealings) -> Findings:
    """What stands of closures in each month, by every side, against the closures themselves."""
    found, corrected = Findings("closures counted"), corrections()
    # Here it is closures that are told by their ids.
    sealed = {month: replace(each, last=each.last_closure) for month, each in sealings.items()}
    groups = {service.code: service.service_group for service in known.everything.services}
    for month in months():
        _Month(month, sealed, corrected, groups).verify(found)
    return found


class _Month:
    """One month: what stands of its closures, and the closures."""

    def __init__(
        self,
        month: str,
        sealed: Sealings,
        corrected: Mapping[int, Sequence[Correcting]],
        groups: Mapping[str, str],
    ) -> None:
        self.month, self.sealed, self.corrected, self.groups = month, sealed, corrected, groups
        self.standing: dict[Series, Standing] = standing_of(month)
        self.group_of = {
            service: series[1]
            for series, each in self.standing.items()
            for service in each.services
        }
        self.again: dict[tuple[Look, int], Mapping[Series, Counts]] = {}

    def verify(self, found: Findings) -> None:
        """Note each series, and what happened to how many closures since."""
        for closure in closures_of(self.month):
            sealing = self._sealing(self._series(closure))
            found.since[CAME_IN] += sealing is None or not _there(closure, sealing.looks[0])
            found.since[PUT_RIGHT] += sealing is not None and any(
                each.at > sealing.at for each in self.corrected.get(closure.id, ())
            )
        # What nothing happened to is not told of.
        found.since += Counter()
        default = self._sealing(None)
        unknown = self._counted(default.looks[0]) if default else {}
        for series in sorted({*self.standing, *unknown}):
            wrong, gone = self._compared(series)
            found.note(f"{' '.join(series)} {self.month}", wrong, gone)

    def _compared(self, series: Series) -> tuple[list[str], set[str]]:
        sealing, standing = self._sealing(series), self.standing.get(series)
        counts = standing.counts if standing else {}
        sides = (WHOLE, *SIDES) if standing is None or standing.has_sides else (WHOLE,)
        wrong: list[str] = []
        for look in sealing.looks if sealing else ():
            again = self._counted(look, self._last_before(series)).get(series, {})
            wrong = _differing(counts, again, sides)
            if not wrong:
                break
        if wrong and series in self._forgotten:
            return [], {FORGOTTEN}
        return wrong, set() if len(sides) > 1 else {NO_SIDES}

    def _sealing(self, series: Series | None) -> Sealing | None:
        """When a series was counted last; None: never."""
        standing = self.standing.get(series) if series else None
        counted_with = standing.counted_with if standing else {self.month}
        if standing is None or standing.has_sides:
            # Where nothing had changed by then, no row tells of it.
            counted_with = counted_with | {counted_anew_with(self.month[:4])}
        found = (self.sealed[month] for month in counted_with if month in self.sealed)
        return max(found, key=lambda each: each.at, default=None)

    def _last_before(self, series: Series) -> int:
        """The last closure there was when series never counted were last looked for before; or 0.

        What of it was put right since was counted elsewhere, if this series was counted later.
        """
        standing = self.standing.get(series)
        first = min(standing.counted_with) if standing else self.month
        if first <= counted_anew_with(self.month[:4]):
            return 0
        before = self.sealed.get(f"{int(first[:4]) - 1:04d}{WITH}")
        return (before and before.last_closure) or 0

    def _counted(self, look: Look, last: int = 0) -> Mapping[Series, Counts]:
        """The month's closures counted one by one, as it may have looked.

        Args:
            look: how it may have looked.
            last: up to this one, those that were put right are left out.
        """
        if (look, last) in self.again:
            return self.again[look, last]
        found: dict[Series, dict[tuple[str, str], Counter[str]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        for closure in closures_of(self.month):
            elsewhere = closure.id <= last and closure.id in self.corrected
            if _there(closure, look) and not elsewhere:
                said = self._as_of(closure, look.moment)
                of_series, counts = found[self._series(said)], counts_of(said)
                for side in (WHOLE, *SIDES):
                    of_series[side, value_of(side, said)].update(counts)
        self.again[look, last] = found
        return found

    def _as_of(self, closure: Closed, moment: datetime) -> Closed:
        """What a closure said then: what was put right later is taken back, the last first."""
        for each in reversed(self.corrected.get(closure.id, ())):
            if each.at > moment:
                closure = closure._replace(**each.before)
        return closure

    def _series(self, closure: Closed) -> Series:
        group = self.group_of.get(closure.service, self.groups[closure.service])
        return closure.partner, group

    @cached_property
    def _forgotten(self) -> set[Series]:
        return {self._series(each) for each in closures_of(self.month) if each.forgotten}


def _there(closure: Closed, look: Look) -> bool:
    return closure.received_at <= look.moment if look.last is None else closure.id <= look.last


def _differing(counts: Counts, again: Counts, sides: Sequence[str]) -> list[str]:
    """What of which values of which sides is not as it was counted again."""
    return [
        f"{side} {value or '(none)'}: {name} {mine}, counted again {other}"
        for side, value in sorted({*counts, *again})
        if side in sides
        for name in COUNTS
        for mine, other in [
            [each.get((side, value), {}).get(name, 0) for each in (counts, again)],
        ]
        if mine != other
    ]
