"""Which visitor an answer came from, as a keyed hash, for two days: to tell machines."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

LATELY = sa.text("visitor IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("response") as batch_op:
        batch_op.add_column(sa.Column("visitor", sa.LargeBinary(), nullable=True))
        batch_op.create_index(
            "ix_response_lately", ["answered_at"], sqlite_where=LATELY, postgresql_where=LATELY
        )


def downgrade() -> None:
    with op.batch_alter_table("response") as batch_op:
        batch_op.drop_index("ix_response_lately")
        batch_op.drop_column("visitor")
