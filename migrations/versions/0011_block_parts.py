"""What boards may see of directorates, topics, channels and delays: blocks divided into parts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
POSTGRESQL_TRIGGER = """
CREATE TRIGGER block_part_never_changes BEFORE UPDATE OR DELETE ON block_part
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER block_part_never_changes_by_{event} BEFORE {event} ON block_part
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""
# What was published before is one part, in which nothing is told apart; nobody knows whether it
# would have been found to be divided no further.
UNDIVIDED = """
INSERT INTO block_part (block_id, directorate_told, topic_told, people, answers, ratings, stopped)
SELECT id, false, false, people, answers, ratings, true FROM block
"""


def upgrade() -> None:
    op.create_table(
        "block_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("directorate_told", sa.Boolean(), nullable=False),
        sa.Column("directorate_id", sa.Integer(), nullable=True),
        sa.Column("topic_told", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(100), nullable=True),
        sa.Column("channel", sa.String(20), nullable=True),
        sa.Column("within_target", sa.Boolean(), nullable=True),
        sa.Column("hours", sa.String(10), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("ratings", DOCUMENT, nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f("ck_block_part_people_are_enough")),
        sa.CheckConstraint("answers >= people", name=op.f("ck_block_part_each_answered")),
        sa.CheckConstraint(
            "directorate_told OR directorate_id IS NULL",
            name=op.f("ck_block_part_directorate_is_told"),
        ),
        sa.CheckConstraint("topic_told OR topic IS NULL", name=op.f("ck_block_part_topic_is_told")),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_block_part_block_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_part")),
    )
    op.create_index(op.f("ix_block_part_block_id"), "block_part", ["block_id"])
    op.execute(UNDIVIDED)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def downgrade() -> None:
    op.drop_table("block_part")
