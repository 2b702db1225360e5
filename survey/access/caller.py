"""Who is asking: name, scopes and what may be seen, the same for every way of signing in."""

from dataclasses import dataclass
from typing import cast

from flask import g

from survey.foundation.separation import show_rows_of


@dataclass(frozen=True)
class Caller:
    """Somebody let in. `partners` and `sources` narrow; None means all of them."""

    name: str
    scopes: frozenset[str]
    partners: frozenset[str] | None
    sources: frozenset[str] | None

    def may_see_partner(self, code: str) -> bool:
        """Whether this partner exists, as far as the caller is concerned."""
        return self.partners is None or code in self.partners

    def may_write_source(self, code: str) -> bool:
        """Whether enquiries of this source may come from the caller."""
        return self.sources is None or code in self.sources


def caller() -> Caller:
    """Who sent the request at hand. Only where a guard let somebody in."""
    return cast(Caller, g.survey_caller)


def let_in(somebody: Caller) -> None:
    """Remember who sent the request at hand, which from now on sees what they may see."""
    g.survey_caller = somebody
    show_rows_of(somebody.partners)
