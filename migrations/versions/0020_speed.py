"""What closures count for boards, in a table of its own: by each side, and again once a year."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
BANDS = (
    *("0-1", "1-2", "2-4", "4-8.5", "8.5-17", "17-25.5", "25.5-34", "34-42.5", "42.5-59.5"),
    *("59.5-85", "85-127.5", "127.5-170", "170-255", "255-340", "340+"),
)
CLOSED_IN = {band: f"closed_in_{number}" for number, band in enumerate(BANDS)}
REPLIED_IN = {band: f"replied_in_{number}" for number, band in enumerate(BANDS)}
COUNTS = ("within_target", *CLOSED_IN.values(), *REPLIED_IN.values())
SIDES = ("whole", "directorate", "topic", "channel", "target", "hours")
# The function came with blocks.
POSTGRESQL_TRIGGER = """
CREATE TRIGGER closure_count_never_changes BEFORE UPDATE OR DELETE ON closure_count
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER closure_count_never_changes_by_{event} BEFORE {event} ON closure_count
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""
TOLD = "current_setting('survey.partners', true)"
EVERYBODYS = f"(SELECT {TOLD} = '*')"
OF_PARTNERS = (
    "partner_id = ANY (ARRAY(SELECT partner.id FROM partner "  # noqa: S608 - written here, in whole
    f"WHERE partner.code = ANY (string_to_array({TOLD}, ','))))"
)
SEALED = "SELECT partner_id, service_group, month, speed FROM series_month ORDER BY id"
SERVICES = "SELECT id, service_group FROM service ORDER BY id"
# Groups may be others by now. In which one a service was, tell the answers sealed with it; last the
# one that most do, since some enquiries were moved to another service later.
GROUPS = """
SELECT series_month.month, closure.service_id, series_month.service_group FROM sealed_answer
JOIN series_month ON series_month.id = sealed_answer.series_month_id
JOIN invitation ON invitation.id = sealed_answer.invitation_id
JOIN closure ON closure.id = invitation.closure_id
GROUP BY series_month.month, closure.service_id, series_month.service_group ORDER BY count(*)
"""


def upgrade() -> None:
    op.create_table(
        "closure_count",
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.Column("with_month", sa.String(7), nullable=False),
        sa.Column("service_group", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.CheckConstraint(f"side IN {SIDES}", name=op.f("ck_closure_count_side_is_known")),
        sa.CheckConstraint(
            "with_month >= month", name=op.f("ck_closure_count_counted_when_it_was_over")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_closure_count_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_closure_count_service_id")
        ),
        sa.PrimaryKeyConstraint(
            *("side", "partner_id", "month", "service_id", "value", "with_month"),
            name=op.f("pk_closure_count"),
        ),
    )
    _take_over()
    op.drop_column("series_month", "speed")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER)
        _protect()
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def _take_over() -> None:
    """What was sealed before, of which no side was counted; the first service has its group's."""
    connection = op.get_bind()
    then = {(month, service): of for month, service, of in connection.execute(sa.text(GROUPS))}
    services = connection.execute(sa.text(SERVICES)).all()
    rows = []
    for partner_id, group, month, speed in connection.execute(sa.text(SEALED)):
        counts = _counts(speed)
        if not any(counts.values()):
            continue
        of = {"side": "whole", "value": "", "partner_id": partner_id, "service_group": group}
        for service_id, now in services:
            if then.get((month, service_id), now) == group:
                at = {"month": month, "with_month": month, "service_id": service_id}
                rows.append(of | at | counts)
                # The others too, so that none of them is taken for one never counted.
                counts = dict.fromkeys(COUNTS, 0)
    if rows:
        names = [*rows[0]]
        table = sa.table("closure_count", *map(sa.column, names))
        op.bulk_insert(table, rows)


def _counts(stored: Any) -> dict[str, int]:
    speed = json.loads(stored) if isinstance(stored, str) else stored
    counts = dict.fromkeys(COUNTS, 0) | {"within_target": speed.get("within_target", 0)}
    for name, columns in (("hours", CLOSED_IN), ("first_reply", REPLIED_IN)):
        counts |= {columns[band]: times for band, times in speed.get(name, {}).items()}
    return counts


def _protect() -> None:
    op.execute(f"CREATE POLICY closure_count_of_everybody ON closure_count USING ({EVERYBODYS})")
    op.execute(
        "CREATE POLICY closure_count_of_partners ON closure_count TO survey_narrowed "
        f"USING ({OF_PARTNERS})"
    )
    op.execute("ALTER TABLE closure_count ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE closure_count FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    nothing = '{"within_target": 0, "hours": {}, "first_reply": {}}'
    speed = sa.Column("speed", DOCUMENT, nullable=False, server_default=nothing)
    op.add_column("series_month", speed)
    _give_back()
    op.drop_table("closure_count")


def _give_back() -> None:
    """What was counted when months were sealed; below, nobody knows of what came later."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in COUNTS)
    counted = sa.text(
        f"SELECT partner_id, service_group, month, {sums} FROM closure_count "  # noqa: S608
        "WHERE side = 'whole' AND with_month = month GROUP BY partner_id, service_group, month"
    )
    series = sa.table("series_month", *map(sa.column, ("partner_id", "service_group", "month")))
    series.append_column(sa.column("speed", DOCUMENT))
    for row in op.get_bind().execute(counted).mappings().all():
        mine = (series.c[name] == row[name] for name in ("partner_id", "service_group", "month"))
        hours, replied = (
            {band: int(row[name]) for band, name in columns.items() if row[name]}
            for columns in (CLOSED_IN, REPLIED_IN)
        )
        speed = {"within_target": row["within_target"], "hours": hours, "first_reply": replied}
        op.execute(sa.update(series).where(*mine).values(speed=speed))
