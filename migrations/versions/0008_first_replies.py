"""How many working hours a closure's first reply took.

Of closures that came in before, it is not known: opening times may have changed since, and figures
say how many they stand on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closure", sa.Column("hours_to_first_reply", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("closure") as batch_op:
        batch_op.drop_column("hours_to_first_reply")
