"""Board packs: what was asked for, and the PDF once it is made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WAITING = sa.text("made_at IS NULL AND given_up_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("partner", sa.String(40), nullable=True),
        sa.Column(
            "partners",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(made_at IS NULL) = (pdf IS NULL)", name=op.f("ck_pack_made_is_there")),
        sa.CheckConstraint(
            "(made_at IS NULL) = (html IS NOT NULL)", name=op.f("ck_pack_unmade_can_be_made")
        ),
        sa.CheckConstraint(
            "made_at IS NULL OR given_up_at IS NULL", name=op.f("ck_pack_made_is_not_given_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pack_uuid")),
        sa.UniqueConstraint("digest", name=op.f("uq_pack_digest")),
    )
    op.create_index(op.f("ix_pack_asked_at"), "pack", ["asked_at"])
    op.create_index(
        "ix_pack_waiting",
        "pack",
        ["next_attempt_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("pack")
