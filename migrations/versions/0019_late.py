"""What comes after its month was sealed is copied with a later one, and no longer once a year.

Rows of what had come late to a block are taken away, whose answers the next month copies: kept,
they would be counted twice. Which responses were there when a month was sealed is noted from now
on; of months sealed before nobody knows, so the first one after this looks at all of them once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LATE = sa.text("part_id IS NULL")
POSTGRESQL_TRIGGER = """
CREATE TRIGGER restated_part_never_changes BEFORE UPDATE OR DELETE ON restated_part
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER restated_part_never_changes_by_{event} BEFORE {event} ON restated_part
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""


def upgrade() -> None:
    op.add_column("sealed_month", sa.Column("last_response", sa.Integer(), nullable=True))
    _unprotect()
    op.execute("DELETE FROM restated_part WHERE part_id IS NULL")
    op.drop_index("ix_restated_part_late", "restated_part")
    _part_id(nullable=False)
    _protect()


def downgrade() -> None:
    _unprotect()
    _part_id(nullable=True)
    op.create_index(
        "ix_restated_part_late",
        "restated_part",
        ["block_id"],
        unique=True,
        sqlite_where=LATE,
        postgresql_where=LATE,
    )
    _protect()
    with op.batch_alter_table("sealed_month") as batch_op:
        batch_op.drop_column("last_response")


def _part_id(*, nullable: bool) -> None:
    with op.batch_alter_table("restated_part") as batch_op:
        batch_op.alter_column("part_id", existing_type=sa.Integer(), nullable=nullable)


def _unprotect() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER restated_part_never_changes ON restated_part")
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER restated_part_never_changes_by_{event}")


def _protect() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))
