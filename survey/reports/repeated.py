"""How often the same people answered, as the database counts it: what design effects are made of.

The sum over people of the square of how many answers each gave; of those who were forgotten each
answer counts for one, since nobody can tell which of them are of the same person.
"""

from typing import Any

from sqlalchemy import SQLColumnExpression, Subquery, case, func


def sum_of_squares(people: Subquery) -> SQLColumnExpression[Any]:
    """Of rows of one person each, with `person_id` (null: the forgotten) and `times`.

    Of nothing the sum is null; PostgreSQL gives it as a decimal.
    """
    times = people.c.times
    return func.sum(case((people.c.person_id.is_(None), times), else_=times * times))


def kept_at(n: Any, squares: Any, of: Any) -> Any:
    """The squares that give `n` answers the design effect of others, rounded up; 0 of none.

    Args:
        n: answers; a number or a column, as all of these.
        squares: those of the others.
        of: how many the others are, at least 1.
    """
    return (squares * n + of - 1) // of
