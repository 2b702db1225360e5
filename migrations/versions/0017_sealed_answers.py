"""Sealed answers point at their invitation and series without being looked up again, row by row."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

POINTS_AT = {"invitation_id": "invitation", "series_month_id": "series_month"}


def upgrade() -> None:
    with op.batch_alter_table("sealed_answer") as batch_op:
        for column in POINTS_AT:
            batch_op.drop_constraint(op.f(f"fk_sealed_answer_{column}"), type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("sealed_answer") as batch_op:
        for column, table in POINTS_AT.items():
            name = op.f(f"fk_sealed_answer_{column}")
            batch_op.create_foreign_key(name, table, [column], ["id"])
