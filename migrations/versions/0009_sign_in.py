"""Who signs in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "named_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('board', 'joint-board', 'provider')",
            name=op.f("ck_named_person_role_is_known"),
        ),
        sa.CheckConstraint(
            "(role = 'board') = (partner_id IS NOT NULL)",
            name=op.f("ck_named_person_board_is_of_a_partner"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_named_person_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_person")),
        sa.UniqueConstraint(
            "role", "partner_id", "email", name=op.f("uq_named_person_role_partner_id_email")
        ),
    )
    op.create_index(op.f("ix_named_person_partner_id"), "named_person", ["partner_id"])


def downgrade() -> None:
    op.drop_table("named_person")
