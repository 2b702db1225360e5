"""What the words of a page or a pack mean, as a board member reads them.

In fewer words than the rules that travel with an answer, which are for programs too.
"""

from collections.abc import Collection

from flask_babel import lazy_gettext as _

# By measure, or by what else needs a word; in the order in which they are met.
MEANINGS = {
    "n": (
        _("Answers"),
        _("answers in the blocks that close in these months, the last one to each letter"),
    ),
    "csat": (
        _("Satisfied"),
        _("ratings of 4 and 5 among all, from 1 (very dissatisfied) to 5 (very satisfied)"),
    ),
    "dissatisfied": (_("Dissatisfied"), _("ratings of 1 and 2 among all")),
    "satisfaction": (
        _("Satisfaction, 0 to 100"),
        _("the mean rating, where 1 is 0 and 5 is 100"),
    ),
    "resolved": (
        _("Able to do what they needed"),
        _("who said yes, among yes, partly and no"),
    ),
    "ease": (
        _("Found it easy"),
        _("answers of 4 and 5 among all, from 1 (very difficult) to 5 (very easy)"),
    ),
    "response_rate": (
        _("Response rate"),
        _("how often people answered, of all times they were asked in the months of these answers"),
    ),
    "sentiment": (
        _("What comments sound like"),
        _(
            "a program tells from its words whether a comment is positive, negative, both (mixed) "
            "or neither (neutral); nothing said: no comment, or none that says something; not "
            "read: not yet, or in a language that the program does not know"
        ),
    ),
    "critical": (
        _("Critical of it"),
        _(
            "of those whose comments name a theme, how many find fault with it, between steps of "
            "ten points; told only where many name it"
        ),
    ),
    "not_told_apart": (
        _("Not told apart"),
        _("answers that are in no row above, so that nobody can be recognised"),
    ),
    "other_services": (
        _("Other services, taken together"),
        _(
            "answers that are too few for a block in their own service; their enquiries are "
            "counted as closed with each service"
        ),
    ),
    "within_target": (
        _("Within target"),
        _("of all enquiries closed in these months, those closed in time, in working hours"),
    ),
    "hours": (
        _("Hours"),
        _(
            "working hours from opened to the first reply, or to closed, that half of the "
            "enquiries took at most (the median), or nine in ten"
        ),
    ),
    "asked": (
        _("Asked"),
        _("how often people were asked about an enquiry closed in the months of these answers"),
    ),
    "held": (
        _("Held: looked like a machine"),
        _("answered only in a way that programs answer; this is not counted as an answer"),
    ),
    "interval": (
        _("%(level)s interval", level="95 %"),
        _(
            "how far chance alone may have moved a share (Wilson), or a difference (Newcombe), "
            "and further where people answered more than once; it does not cover those who chose "
            "not to answer"
        ),
    ),
    "no_change": (
        _("no change shown"),
        _(
            "chance alone may have made the difference, seeing how many rows are looked at "
            "together; it does not mean that nothing has changed"
        ),
    ),
    "nothing": (
        "–",
        _(
            "no block closed here, nothing of it can be told apart, or blocks of fewer than three "
            "partners would be added up"
        ),
    ),
}


def meaning(measure: str) -> str:
    """What a measure tells.

    Called, and no filter: Jinja would work out what a filter makes of a constant once for all.
    """
    return str(MEANINGS[measure][1])


def meanings(unseen: Collection[str] = ()) -> list[tuple[str, str]]:
    """Every word with what it means, but for those that are not met where they are explained."""
    met = [both for name, both in MEANINGS.items() if name not in unseen]
    return [(str(word), str(means)) for word, means in met]
