"""Parts of blocks counted anew, once a year."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
LATE = sa.text("part_id IS NULL")
# The function came with blocks.
POSTGRESQL_TRIGGER = """
CREATE TRIGGER restated_part_never_changes BEFORE UPDATE OR DELETE ON restated_part
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER restated_part_never_changes_by_{event} BEFORE {event} ON restated_part
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""


def upgrade() -> None:
    op.create_table(
        "restated_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("with_month", sa.String(7), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("ratings", DOCUMENT, nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f("ck_restated_part_people_are_enough")),
        sa.CheckConstraint("answers >= people", name=op.f("ck_restated_part_each_answered")),
        sa.CheckConstraint("changed >= 5", name=op.f("ck_restated_part_changed_are_enough")),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_restated_part_block_id")),
        sa.ForeignKeyConstraint(
            ["part_id"], ["block_part.id"], name=op.f("fk_restated_part_part_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restated_part")),
        sa.UniqueConstraint("part_id", name=op.f("uq_restated_part_once")),
    )
    op.create_index(op.f("ix_restated_part_block_id"), "restated_part", ["block_id"])
    op.create_index(
        "ix_restated_part_late",
        "restated_part",
        ["block_id"],
        unique=True,
        sqlite_where=LATE,
        postgresql_where=LATE,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def downgrade() -> None:
    op.drop_table("restated_part")
