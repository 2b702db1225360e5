"""The two ways in which a letter does not go out, told apart by whether trying again can help.

Their texts may go to a log: they carry reply codes and kinds of error, never what a server wrote,
since servers like to repeat the receiver's address.
"""


class Refused(Exception):
    """Final for this letter: nobody will take it for this receiver, now or later."""


class Delayed(Exception):
    """Not now: try the same letter, with the same Message-ID, again later."""
