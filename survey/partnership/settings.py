"""The partnership's settings as one frozen value, with the defaults a file may leave out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

OUTCOMES = ("resolved", "unresolved", "withdrawn")
RHYTHMS = ("month", "quarter", "year")
# What is true of an enquiry beside whose it is: boards may see answers by one of them at a time.
SIDES = ("directorate", "topic", "channel", "target", "hours")


@dataclass(frozen=True)
class Asking:
    """Whom to ask, and when. Rules of a partner or a service may differ but for `FOR_ALL`.

    `delay_minutes`, `wait_days` and `remind_days` count working time, the other days any. `share`
    is the percentage of enquiries that are asked about. An entry of `shared_mailboxes` is what
    stands before the @; one of `answering_team` an address, or a domain that begins with @; one of
    `answering_networks` an IP network such as 10.1.0.0/16. `questionnaire` is the name of the one
    that is asked.
    """

    delay_minutes: int = 60
    wait_days: int = 5
    quiet_days: int = 30
    too_old_days: int = 14
    expires_days: int = 21
    remind_days: int = 3
    share: int = 100
    outcomes: tuple[str, ...] = ("resolved", "unresolved")
    shared_mailboxes: tuple[str, ...] = (
        *("admin", "contact", "enquiries", "finance", "helpdesk", "hello", "hr", "info"),
        *("mail", "no-reply", "noreply", "office", "payroll", "reception", "team"),
    )
    answering_team: tuple[str, ...] = ()
    questionnaire: str = "default"
    answering_networks: tuple[str, ...] = ()


# What holds for a person, whichever partner or service an enquiry belongs to.
FOR_ALL = frozenset({"quiet_days", "shared_mailboxes", "answering_team", "answering_networks"})


@dataclass(frozen=True)
class Keeping:
    """How long: addresses after an invitation has expired, comments after they were written."""

    address_days: int = 30
    comment_months: int = 12


@dataclass(frozen=True)
class Opening:
    """The working week: local opening times, ISO weekdays (1 Monday), and whose bank holidays."""

    opens: str = "08:30"
    closes: str = "17:00"
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: str = "england-and-wales"


Narrower = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]


@dataclass(frozen=True)
class Settings:
    """Everything that a partnership may set.

    `rhythm` is how often boards get new figures, all year long the same. `sides` are those that a
    quarter's answers are told by, one each quarter, in turn. `themes` are its own, by key: name and
    words.

    `narrower` holds what a partner or service sets for itself: by `partners` or `services`, by
    code, the tables `asking` and (of partners) `opening`, with what differs alone.
    """

    time_zone: str = "Europe/London"
    minimum_base: int = 10
    rhythm: str = "month"
    sides: tuple[str, ...] = ("directorate", "target", "channel")
    asking: Asking = field(default_factory=Asking)
    keeping: Keeping = field(default_factory=Keeping)
    opening: Opening = field(default_factory=Opening)
    themes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    narrower: Narrower = field(default_factory=dict)

    def asking_of(self, partner: str, service: str) -> Asking:
        """The rules for a partner's enquiries about a service: the narrowest wins.

        What the service sets comes before what the partner sets, and that before what all have.
        """
        here = self._narrower("partners", partner, "asking")
        return replace(self.asking, **_values(here | self._narrower("services", service, "asking")))

    def opening_of(self, partner: str) -> Opening:
        """When the centre works for a partner."""
        return replace(self.opening, **_values(self._narrower("partners", partner, "opening")))

    @property
    def address_kept(self) -> timedelta:
        """How long after a person was asked their address goes: the life of the link, and more."""
        tables = [each for group in self.narrower.values() for each in group.values()]
        lives = [each.get("asking", {}).get("expires_days", 0) for each in tables]
        return timedelta(days=max(self.asking.expires_days, *lives, 0) + self.keeping.address_days)

    def _narrower(self, group: str, code: str, table: str) -> dict[str, Any]:
        return dict(self.narrower.get(group, {}).get(code, {}).get(table, {}))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Settings":
        """Build from what `to_document` gave, or from a valid file; what is not there is default.

        Keys that are not settings are passed over: a file also names partners and services.
        """
        plain = ("time_zone", "minimum_base", "rhythm", "sides")
        given = _values({key: document[key] for key in plain if key in document})
        return cls(
            **given,
            asking=Asking(**_values(document.get("asking", {}))),
            keeping=Keeping(**document.get("keeping", {})),
            opening=Opening(**_values(document.get("opening", {}))),
            themes=document.get("themes", {}),
            narrower=document.get("narrower") or _narrower_in(document),
        )

    def to_document(self) -> dict[str, Any]:
        """As plain JSON values, the same that the database gives back."""
        document = {key: _plain(value) for key, value in asdict(self).items()}
        for table in ("asking", "opening"):
            document[table] = {key: _plain(value) for key, value in document[table].items()}
        return document


def _narrower_in(file: Mapping[str, Any]) -> dict[str, Any]:
    """What the partners and services of a valid file set for themselves."""
    found: dict[str, Any] = {}
    for group in ("partners", "services"):
        for code, entry in file.get(group, {}).items():
            own = {t: dict(entry[t]) for t in ("asking", "opening") if entry.get(t)}
            if own:
                found.setdefault(group, {})[code] = own
    return found


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
