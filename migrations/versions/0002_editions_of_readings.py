"""Readings in editions, with themes, what they tell, and notices of urgent ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENTIMENTS = "sentiment IN ('negative', 'neutral', 'positive', 'mixed', 'none', 'unread')"
# The readings there are become the first edition; a fresh database has it from the start.
FIRST_EDITION = """
    INSERT INTO reading_edition (id, method, opened_at, current_since, cursor)
    SELECT 1, coalesce(max(method), 'first'), coalesce(min(read_at), CURRENT_TIMESTAMP),
        coalesce(min(read_at), CURRENT_TIMESTAMP), 0 FROM reading
"""


def upgrade() -> None:
    op.create_table(
        "reading_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_edition")),
    )
    op.execute(FIRST_EDITION)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('reading_edition', 'id'), 1)")

    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edition_id", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("confidence", sa.Double(), nullable=True))
        batch_op.add_column(
            sa.Column("at_odds", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("told", sa.LargeBinary(), nullable=True))
        batch_op.alter_column(
            "method", existing_type=sa.String(60), type_=sa.String(80), existing_nullable=False
        )
        batch_op.drop_constraint(op.f("uq_reading_response_id"), type_="unique")
        batch_op.create_unique_constraint(
            "uq_reading_once_per_edition", ["response_id", "edition_id"]
        )
        batch_op.create_foreign_key(
            op.f("fk_reading_edition_id"), "reading_edition", ["edition_id"], ["id"]
        )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for column, kind in (
            ("edition_id", sa.Integer()),
            ("at_odds", sa.Boolean()),
            ("urgent", sa.Boolean()),
        ):
            batch_op.alter_column(column, existing_type=kind, server_default=None)
        batch_op.create_check_constraint(
            op.f("ck_reading_confidence_in_range"), "confidence BETWEEN 0 AND 1"
        )

    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("sentiment", sa.String(length=10), nullable=False),
        sa.CheckConstraint(SENTIMENTS, name=op.f("ck_mention_sentiment_is_known")),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.id"], name=op.f("fk_mention_reading_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("reading_id", "theme", name="uq_mention_once_per_reading"),
    )
    op.create_table(
        "urgent_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_urgent_notice_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_notice")),
        sa.UniqueConstraint("response_id", name=op.f("uq_urgent_notice_response_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_urgent_notice_uuid")),
    )
    with op.batch_alter_table("urgent_notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_urgent_notice_unsent",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nominated_name", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("nominated_email", sa.String(length=254), nullable=True))


def downgrade() -> None:
    for column in ("nominated_email", "nominated_name"):
        # Not as a batch, which on SQLite would drop the table that others point at.
        op.execute(f"ALTER TABLE partner DROP COLUMN {column}")
    op.drop_table("urgent_notice")
    op.drop_table("mention")
    op.execute(
        "DELETE FROM reading WHERE edition_id <>"
        " (SELECT max(id) FROM reading_edition WHERE current_since IS NOT NULL)"
    )
    # What is longer than the old column, no old code made.
    op.execute("UPDATE reading SET method = substr(method, 1, 60)")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_reading_confidence_in_range"), type_="check")
        batch_op.drop_constraint(op.f("fk_reading_edition_id"), type_="foreignkey")
        batch_op.drop_constraint("uq_reading_once_per_edition", type_="unique")
        for column in ("told", "urgent", "at_odds", "confidence", "edition_id"):
            batch_op.drop_column(column)
        batch_op.alter_column(
            "method", existing_type=sa.String(80), type_=sa.String(60), existing_nullable=False
        )
        batch_op.create_unique_constraint(op.f("uq_reading_response_id"), ["response_id"])
    op.drop_table("reading_edition")
