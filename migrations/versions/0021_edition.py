"""Editions of counted months, by which answers kept in memory are known to be true still."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("monthly_month", sa.Column("edition", sa.String(32), nullable=True))
    # Any text that no other count has.
    op.execute("UPDATE monthly_month SET edition = month WHERE ready")


def downgrade() -> None:
    op.drop_column("monthly_month", "edition")
