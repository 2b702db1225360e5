"""In which part of a block an answer is, told from what is stored of its parts.

Who gave it does not matter, so it can be told as well when people were forgotten meanwhile.
"""

from collections.abc import Mapping, Sequence

from survey.reports.blocks.dividing import Value


def placed(told: Sequence[Mapping[str, Value]], values: Mapping[str, Value]) -> int | None:
    """The place of the part that an answer is in; None where these cannot be its block's parts.

    Args:
        told: what is told apart of each part of the block, by the name of the side, in the order in
            which dividing gave them.
        values: what is true of the answer's enquiry, by the name of the side.
    """
    # Whatever is told apart comes before what it was told apart from. So the first part of which
    # nothing is untrue of the answer has it: an earlier one would have been told apart by a value
    # that it does not have.
    fitting = (place for place, each in enumerate(told) if each.items() <= values.items())
    return next(fitting, None)
