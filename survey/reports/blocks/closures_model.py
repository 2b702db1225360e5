"""The table of what closures count for boards: how many there were, and how fast they went.

Rows are only added, and the database refuses to change or delete them. A row says what came to a
count with one month's sealing: all of it the first time, afterwards what is more or less than was
counted before. So what stands is the sum of the rows, and what stood earlier can be told from them.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from survey.foundation.database import Base, table_of
from survey.partnership.settings import SIDES
from survey.reports.bands import BANDS

WHOLE = "whole"
# By the number of the band in BANDS.
CLOSED_IN = tuple(f"closed_in_{number}" for number in range(len(BANDS)))
REPLIED_IN = tuple(f"replied_in_{number}" for number in range(len(BANDS)))
COUNTS = ("within_target", *CLOSED_IN, *REPLIED_IN)


class ClosureCount(Base):
    """What the closures of one partner's service in one month count, by the value of a side.

    Of all of them `side` is `whole`. `value` is as it is shown, empty for none. `service_group` is
    the one that the service was in when it was counted first. `with_month` was sealed when this was
    counted: the month itself, or a later one. The numbered columns are of bands of working hours.
    """

    __table__ = Table(
        "closure_count",
        Base.metadata,
        Column("side", String(12), primary_key=True),
        Column("partner_id", ForeignKey("partner.id"), primary_key=True),
        Column("month", String(7), primary_key=True),
        Column("service_id", ForeignKey("service.id"), primary_key=True),
        Column("value", String(100), primary_key=True),
        Column("with_month", String(7), primary_key=True),
        Column("service_group", String(40), nullable=False),
        *(Column(name, Integer, nullable=False) for name in COUNTS),
        CheckConstraint(f"side IN {(WHOLE, *SIDES)}", name="side_is_known"),
        CheckConstraint("with_month >= month", name="counted_when_it_was_over"),
    )


COUNT = table_of(ClosureCount).c
