"""Signs of a machine: what looks odd about an answer, how much each weighs, and what is held.

Mail scanners follow links, run scripts and post forms. One sign that no person gives is enough to
hold an answer; of those that people give now and then it takes two. What people do for good reasons
is no sign at all: an office of five hundred behind one address, a form left open over night, no
scripts, another address than a minute ago. Whoever is held by mistake loses nothing: the answer is
kept, listed, and can be released.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.foundation.visitors import Address
from survey.responses.scanners import Networks, Scanners

HELD_FROM = 100
NOWHERE = Networks(())
# How much each sign weighs, and why.
WEIGHTS = {
    # No browser fills it in, and no person sees it unless styles are off; then its label says so.
    "trap_field": 100,
    # Sooner than anybody can act: see SHORTEST_SECONDS.
    "too_fast": 100,
    # Browsers say so of what they load ahead, and never post then.
    "prefetch": 100,
    # A mail scanner, link preview or crawler that says what it is.
    "scanner_agent": 100,
    # The network of a mail scanner, in which nobody reads pages.
    "scanner_network": 100,
    # Whoever answers enquiries does not answer about them; the partnership names the network.
    "answering_network": 100,
    # A person has one opinion at a time: see `beside`.
    "several_scores": 100,
    # What somebody wrote is not wiped by a bare score that came without seeing it: see `beside`.
    "writes_over": 100,
    # A program that reads no pages: but people do try things out with curl.
    "program": 50,
    # Somebody going through letters that are not theirs: or an office at the end of a month.
    "many_links": 50,
    # Our form came with the refusal of another one: or a key was changed while it was open.
    "not_fetched": 50,
}

# Who has read nothing and only presses the button that waits needs, by the keystroke-level model
# (Card, Moran and Newell 1980), 1.35 s to make up their mind, 1.1 s to point and 0.2 s to press,
# and a keyboard or screen reader is no faster. Sending the page to and fro comes on top.
SHORTEST_SECONDS = 2.5
# How many other links, answered by one visitor within so many seconds.
MANY_LINKS = 5
MANY_LINKS_SECONDS = 60.0

# In which a request says what it is for: by the Fetch standard, and as Chromium, Safari and Firefox
# had it before. Nobody looks at a page yet that is prefetched, prerendered or previewed.
PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD = ("prefetch", "prerender", "preview")


@dataclass(frozen=True)
class Submit:
    """What a submit tells of itself.

    Attributes:
        seconds: since the form was shown first.
        fetched: whether the page was fetched before, and not just shown on refusing a post.
        trapped: whether the hidden field was filled in.
        prefetch: whether the request said that it only loads ahead.
        agent: the User-Agent.
        address: where it came from; None is unknown.
    """

    seconds: float
    fetched: bool = True
    trapped: bool = False
    prefetch: bool = False
    agent: str = ""
    address: Address | None = None


@dataclass(frozen=True)
class Beside:
    """What shows beside other answers.

    Attributes:
        burst: whether it is one of several scores by the same link: see `beside.several_scores`.
        over: whether it wipes what it has not seen: see `beside.writes_over`.
        links: how many other links its visitor answered within MANY_LINKS_SECONDS.
    """

    burst: bool = False
    over: bool = False
    links: int = 0


ALONE = Beside()


@dataclass(frozen=True)
class Verdict:
    """The signs that fired, and whether they weigh enough to hold the answer."""

    signs: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether the answer is kept and not counted."""
        return sum(WEIGHTS[sign] for sign in self.signs) >= HELD_FROM


def loads_ahead(purposes: Iterable[str]) -> bool:
    """Whether a request only loads ahead, by what its PURPOSE_HEADERS say."""
    return any(word in purpose.lower() for purpose in purposes for word in AHEAD)


def weigh(
    submit: Submit, known: Scanners, own: Networks = NOWHERE, beside: Beside = ALONE
) -> Verdict:
    """Weigh what is known of a submit.

    Args:
        submit: what it tells of itself.
        known: what is known of scanners.
        own: networks of the team that answers enquiries.
        beside: what shows beside other answers, where that was looked at.
    """
    scanner, address = submit.agent in known.scanners, submit.address
    fired = {
        "trap_field": submit.trapped,
        "too_fast": submit.seconds < SHORTEST_SECONDS,
        "prefetch": submit.prefetch,
        "scanner_agent": scanner,
        "scanner_network": address is not None and address in known.networks,
        "answering_network": address is not None and address in own,
        "several_scores": beside.burst,
        "writes_over": beside.over,
        "program": not scanner and submit.agent in known.programs,
        "many_links": beside.links >= MANY_LINKS,
        "not_fetched": not submit.fetched,
    }
    return Verdict(tuple(sign for sign, there in fired.items() if there))
