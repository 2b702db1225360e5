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
    # A person has one opinion at a time: see SAME_VISITOR_SECONDS.
    "several_scores": 100,
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
# To send another score than the one just sent takes, by the same model, the way back, another
# choice and the button: 6 s. A change of mind or two may come so soon, but not three in a row. Of
# different visitors there must be three, since one may be a person.
SAME_VISITOR_SECONDS = 5.0
MANY_SCORES = 4
MANY_SCORES_SECONDS = 30.0
ANY_VISITOR_SECONDS = 10.0
ANY_VISITORS = 3
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
class Given:
    """An answer by a link, beside others by the same one.

    Attributes:
        id: of its row.
        rating: its score.
        at: when, in seconds.
        visitor: what tells whose it is, None where that is unknown.
        held_for: the signs it is or was held for; None where it never was.
    """

    id: int
    rating: int
    at: float
    visitor: bytes | None
    held_for: tuple[str, ...] | None = None


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
    submit: Submit,
    known: Scanners,
    own: Networks = NOWHERE,
    *,
    burst: bool = False,
    links: int = 0,
) -> Verdict:
    """Weigh what is known of a submit.

    Args:
        submit: what it tells of itself.
        known: what is known of scanners.
        own: networks of the team that answers enquiries.
        burst: whether it is one of several scores by the same link: see `several_scores`.
        links: how many other links its visitor answered within MANY_LINKS_SECONDS.
    """
    scanner, address = submit.agent in known.scanners, submit.address
    fired = {
        "trap_field": submit.trapped,
        "too_fast": submit.seconds < SHORTEST_SECONDS,
        "prefetch": submit.prefetch,
        "scanner_agent": scanner,
        "scanner_network": address is not None and address in known.networks,
        "answering_network": address is not None and address in own,
        "several_scores": burst,
        "program": not scanner and submit.agent in known.programs,
        "many_links": links >= MANY_LINKS,
        "not_fetched": not submit.fetched,
    }
    return Verdict(tuple(sign for sign, there in fired.items() if there))


def several_scores(mine: Given, others: Iterable[Given]) -> frozenset[int]:
    """The ids of the other answers that one makes a burst with; none where it makes none.

    What is held for another reason does not count: a person answers whatever a machine did before.
    """
    weighed = [
        other for other in others if other.held_for is None or "several_scores" in other.held_for
    ]
    by_the_same = _by_the_same(mine, weighed)
    if by_the_same:
        return by_the_same
    near = [
        other
        for other in weighed
        if abs(mine.at - other.at) <= ANY_VISITOR_SECONDS and other.rating != mine.rating
    ]
    everyone = [mine, *near]
    visitors, scores = ({o.visitor for o in everyone}, {o.rating for o in everyone})
    enough = min(len(visitors), len(scores)) >= ANY_VISITORS
    return frozenset(other.id for other in near) if enough else frozenset()


def _by_the_same(mine: Given, others: Iterable[Given]) -> frozenset[int]:
    """Of those by the visitor of one, the ids of what it makes a burst with."""
    own = [
        other
        for other in others
        if other.visitor == mine.visitor is not None
        and abs(mine.at - other.at) <= MANY_SCORES_SECONDS
    ]
    if len({mine.rating, *(other.rating for other in own)}) >= MANY_SCORES:
        return frozenset(other.id for other in own)
    return frozenset(
        other.id
        for other in own
        if other.rating != mine.rating and abs(mine.at - other.at) <= SAME_VISITOR_SECONDS
    )
