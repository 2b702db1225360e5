"""Months counted beforehand for insiders, and triggers that note what of them changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
# How the month of a changed row is found, by table; and which changes of it count.
OF_CLOSURE = "SELECT month FROM monthly_month WHERE month = {row}.closed_month"
OF_INVITATION = (
    "SELECT m.month FROM monthly_month m JOIN closure c ON c.closed_month = m.month "
    "WHERE c.id = {row}.closure_id"
)
OF_RESPONSE = (
    "SELECT m.month FROM monthly_month m JOIN closure c ON c.closed_month = m.month "
    "JOIN invitation i ON i.closure_id = c.id WHERE i.id = {row}.invitation_id"
)
BELOW_RESPONSE = (
    "SELECT m.month FROM monthly_month m JOIN closure c ON c.closed_month = m.month "
    "JOIN invitation i ON i.closure_id = c.id JOIN response r ON r.invitation_id = i.id "
    "WHERE r.id = {row}.response_id"
)
# Of readings, those that count: an edition that is still being read changes nothing.
OF_READING = (
    f"{BELOW_RESPONSE} AND {{row}}.edition_id = "  # noqa: S608 - written here, in whole
    "(SELECT max(e.id) FROM reading_edition e WHERE e.current_since IS NOT NULL)"
)
OF_ALL = "SELECT month FROM monthly_month"
NOTED = {
    "closure": (
        OF_CLOSURE,
        "partner_id, directorate_id, service_id, topic, channel, deliver, closed_month, "
        "hours_to_first_reply, hours_to_close, within_target",
    ),
    "invitation": (
        OF_INVITATION,
        "closure_id, person_id, asked, reason, next_attempt_at, sent_at, refused_at, bounced_at",
    ),
    "response": (
        OF_RESPONSE,
        "invitation_id, questionnaire, version, rating, ease, resolved, answers, comment",
    ),
    "hold": (BELOW_RESPONSE, "response_id, released_at"),
    "reading": (OF_READING, "response_id, edition_id, sentiment"),
    "reading_edition": (OF_ALL, "current_since"),
}
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def upgrade() -> None:
    op.create_table(
        "monthly_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_monthly_month")),
    )
    op.create_table(
        "monthly_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_change")),
    )
    op.create_index(op.f("ix_monthly_change_month"), "monthly_change", ["month"])
    _counts()
    _windows()
    for table, (found, columns) in NOTED.items():
        for event, rows in EVENTS.items():
            _note(table, event, columns, [found.format(row=row) for row in rows])


def _counts() -> None:
    op.create_table(
        "monthly_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("shape", sa.String(40), nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        *_cell(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_count")),
    )
    op.create_index("ix_monthly_count_month", "monthly_count", ["month", "shape", "partner_id"])
    numbers = ("eligible", "asked", "answered", "satisfied")
    op.create_table(
        "monthly_eligible",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        *_cell(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_eligible")),
    )
    op.create_index("ix_monthly_eligible_month", "monthly_eligible", ["month", "partner_id"])


def _windows() -> None:
    op.create_table(
        "monthly_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(7), nullable=False),
        sa.Column("last", sa.String(7), nullable=False),
        sa.Column("shape", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_window")),
        sa.UniqueConstraint("first", "last", "shape", name="uq_monthly_window_is_counted_once"),
    )
    op.create_table(
        "monthly_squares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("squares", sa.Integer(), nullable=False),
        *_cell(),
        sa.ForeignKeyConstraint(
            ["window_id"],
            ["monthly_window.id"],
            name=op.f("fk_monthly_squares_window_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_squares")),
    )
    op.create_index(op.f("ix_monthly_squares_window_id"), "monthly_squares", ["window_id"])


def _cell() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("directorate_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(20), nullable=True),
        sa.Column("within_target", sa.Boolean(), nullable=True),
    )


def _note(table: str, event: str, columns: str, found: list[str]) -> None:
    name = f"monthly_notes_{table}_{event}"
    # A note of each row before and after: UNION leaves one where the month is the same.
    statement = f"INSERT INTO monthly_change (month) {' UNION '.join(found)}"
    when = f"UPDATE OF {columns}" if event == "update" else event.upper()
    trigger = f"CREATE TRIGGER {name} AFTER {when} ON {table}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {statement}; RETURN NULL; END $$"
        )
        op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(f"{trigger} BEGIN {statement}; END")


def downgrade() -> None:
    for table in NOTED:
        for event in EVENTS:
            name = f"monthly_notes_{table}_{event}"
            if op.get_bind().dialect.name == "postgresql":
                op.execute(f"DROP TRIGGER {name} ON {table}")
                op.execute(f"DROP FUNCTION {name}")
            else:
                op.execute(f"DROP TRIGGER {name}")
    for table in ("squares", "window", "eligible", "count", "change", "month"):
        op.drop_table(f"monthly_{table}")
