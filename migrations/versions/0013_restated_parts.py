"""Parts counted anew in place of whole blocks, and which parts must never be."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
LATE = sa.text("part_id IS NULL")
COUNTS = "with_month, people, answers, ratings, changed"
# Only blocks of one part were counted anew.
TAKEN_OVER = f"""
INSERT INTO restated_part (block_id, part_id, {COUNTS})
SELECT anew.block_id, part.id, anew.with_month, anew.people, anew.answers, anew.ratings,
  anew.changed
FROM restated_block AS anew JOIN block_part AS part ON part.block_id = anew.block_id
"""  # noqa: S608
# The function came with blocks.
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_never_changes_by_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""


def upgrade() -> None:
    # Of parts made before, nobody knows whether they were found to be divided no further.
    op.add_column(
        "block_part", sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    _table(
        "restated_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
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
    op.execute(TAKEN_OVER)
    op.drop_table("restated_block")


def downgrade() -> None:
    """What was counted anew by parts is lost: the table before has no place for it."""
    _table(
        "restated_block",
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_restated_block")),
    )
    op.drop_table("restated_part")
    op.drop_column("block_part", "stopped")


def _table(name: str, *more: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("with_month", sa.String(7), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("ratings", DOCUMENT, nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f(f"ck_{name}_people_are_enough")),
        sa.CheckConstraint("answers >= people", name=op.f(f"ck_{name}_each_answered")),
        sa.CheckConstraint("changed >= 5", name=op.f(f"ck_{name}_changed_are_enough")),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f(f"fk_{name}_block_id")),
        *more,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER.format(table=name))
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(table=name, event=event))
