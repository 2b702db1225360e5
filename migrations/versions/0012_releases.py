"""Figures frozen as they were reported to a board."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PUBLISHED = ("release", "release_partner")
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
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=True),
        sa.Column("first_month", sa.String(7), nullable=False),
        sa.Column("last_month", sa.String(7), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("frozen_by", sa.String(80), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first_month <= last_month", name=op.f("ck_release_begins_before_it_ends")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("uuid", name=op.f("uq_release_uuid")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_release_fingerprint")),
    )
    op.create_table(
        "release_partner",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_partner_release_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_release_partner_partner_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "partner_id", name=op.f("pk_release_partner")),
    )
    _protect()


def _protect() -> None:
    for table in PUBLISHED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(POSTGRESQL_TRIGGER.format(table=table))
            continue
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, event=event))


def downgrade() -> None:
    for table in reversed(PUBLISHED):
        op.drop_table(table)
