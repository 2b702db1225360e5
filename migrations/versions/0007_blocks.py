"""What boards may see: months sealed, answers copied, blocks; and the groups of services."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
WAITING = sa.text("block_id IS NULL")
PUBLISHED = ("block", "sealed_quarter")
POSTGRESQL_FUNCTION = """
CREATE FUNCTION published_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what was published never changes'; END $$
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_never_changes_by_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""


def upgrade() -> None:
    with op.batch_alter_table("service") as batch_op:
        batch_op.add_column(sa.Column("service_group", sa.String(40), nullable=True))
    op.execute("UPDATE service SET service_group = code")
    with op.batch_alter_table("service") as batch_op:
        batch_op.alter_column("service_group", existing_type=sa.String(40), nullable=False)
    op.create_table(
        "sealed_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("rhythm", sa.String(10), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('month', 'quarter', 'year')", name=op.f("ck_sealed_month_rhythm_is_known")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_sealed_month")),
    )
    _blocks()
    _quarters()
    _answers()
    _protect()


def _blocks() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("service_group", sa.String(40), nullable=True),
        sa.Column("first_month", sa.String(7), nullable=False),
        sa.Column("closes", sa.String(7), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("ratings", DOCUMENT, nullable=False),
        sa.Column("funnel", DOCUMENT, nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f("ck_block_people_are_enough")),
        sa.CheckConstraint("answers >= people", name=op.f("ck_block_each_answered")),
        sa.CheckConstraint("first_month <= closes", name=op.f("ck_block_begins_before_it_closes")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_block_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("partner_id", "service_group", "closes", name="uq_block_once_a_month"),
    )
    op.create_index("ix_block_closes", "block", ["closes", "partner_id"])
    op.create_table(
        "series_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("service_group", sa.String(40), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("funnel", DOCUMENT, nullable=False),
        sa.Column("speed", DOCUMENT, nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_series_month_partner_id")
        ),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_series_month_block_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_month")),
        sa.UniqueConstraint("partner_id", "service_group", "month", name="uq_series_month_once"),
    )
    op.create_index(op.f("ix_series_month_block_id"), "series_month", ["block_id"])
    op.create_index(
        "ix_series_month_waiting",
        "series_month",
        ["partner_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _quarters() -> None:
    op.create_table(
        "sealed_quarter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_sealed_quarter_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_quarter")),
        sa.UniqueConstraint("partner_id", "quarter", name="uq_sealed_quarter_once_a_partner"),
    )


def _answers() -> None:
    op.create_table(
        "sealed_answer",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("series_month_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=True),
        sa.Column("resolved", sa.String(10), nullable=True),
        sa.Column("sentiment", sa.String(10), nullable=False),
        sa.Column("questionnaire", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("directorate_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(100), nullable=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("within_target", sa.Boolean(), nullable=False),
        sa.Column("hours_to_close", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_sealed_answer_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_month_id"], ["series_month.id"], name=op.f("fk_sealed_answer_series_month_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_sealed_answer")),
    )
    op.create_index(op.f("ix_sealed_answer_series_month_id"), "sealed_answer", ["series_month_id"])


def _protect() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        for table in PUBLISHED:
            op.execute(POSTGRESQL_TRIGGER.format(table=table))
        return
    for table in PUBLISHED:
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, event=event))


def downgrade() -> None:
    for table in ("sealed_answer", "sealed_quarter", "series_month", "block", "sealed_month"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION published_never_changes()")
    with op.batch_alter_table("service") as batch_op:
        batch_op.drop_column("service_group")
