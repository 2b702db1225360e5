"""What happens after what: the one table of steps, and what wakes each.

Rooms send a signal after a commit and do not know who listens; the connections are made here. What
a lost wake-up leaves undone, the sweep finds: every minute each step looks at its own tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from blinker import Signal

from survey import erasure
from survey.access import sending_links
from survey.access.sign_in_links import link_asked_for
from survey.comments import alerting, reading, rereading
from survey.enquiries.intake import closures_arrived
from survey.foundation.steps import Step
from survey.invitations import deciding, sending
from survey.reports.blocks import sealing
from survey.reports.monthly import making as counting
from survey.reports.pack import making as packing
from survey.reports.pack.asking import pack_asked_for
from survey.responses import coming_back, holding, reminding, sending_again
from survey.responses.storing import response_stored


@dataclass(frozen=True)
class Station:
    """A step of the journey.

    Attributes:
        step: the work.
        woken_by: the signal that says there is some; None leaves it to the sweep.
        then: names of the steps that have work once this one did something.
        hourly: swept once an hour instead of once a minute.
    """

    step: Step
    woken_by: Signal | None = None
    then: tuple[str, ...] = field(default=())
    hourly: bool = False


JOURNEY: tuple[Station, ...] = (
    # Before all others, since somebody sits and waits for it.
    Station(
        Step("sign-in links", sending_links.send_links, sending_links.oldest_due), link_asked_for
    ),
    Station(Step("packs", packing.make_packs, packing.oldest_due), pack_asked_for),
    Station(Step("decide", deciding.decide, deciding.oldest_due), closures_arrived, then=("send",)),
    Station(Step("send", sending.send, sending.oldest_due)),
    Station(Step("send again", sending_again.send_again, sending_again.oldest_due)),
    Station(Step("remind", reminding.remind, reminding.oldest_due)),
    Station(Step("returned", coming_back.empty_inbox, coming_back.oldest_due)),
    Station(
        Step("read", reading.read_comments, reading.oldest_due), response_stored, then=("alert",)
    ),
    Station(Step("weigh", holding.weigh_again, lambda: None)),
    Station(Step("reread", rereading.reread, rereading.oldest_due), then=("alert",)),
    Station(Step("alert", alerting.alert, alerting.oldest_due)),
    Station(Step("seal", sealing.seal, sealing.oldest_due), hourly=True),
    Station(Step("count months", counting.count_months, lambda: None), hourly=True),
    Station(Step("forget", erasure.forget_expired, lambda: None), hourly=True),
)

STATIONS = {station.step.name: station for station in JOURNEY}


def connect(wake: Callable[[str], None]) -> list[object]:
    """Have each signal wake its step.

    The receivers hold for as long as the returned list is kept; signals refer to them weakly.
    """
    receivers: list[object] = []
    for station in JOURNEY:
        if station.woken_by is not None:
            receiver = _waker(wake, station.step.name)
            station.woken_by.connect(receiver)
            receivers.append(receiver)
    return receivers


def _waker(wake: Callable[[str], None], name: str) -> Callable[..., None]:
    return lambda _sender=None, **_more: wake(name)
