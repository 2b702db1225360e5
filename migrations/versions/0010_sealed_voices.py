"""What boards see of what people say: themes of a partner's quarter, and drawn comments."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
# A comment goes with its writer, themes stay.
REFUSED = {"sealed_themes": ("UPDATE", "DELETE"), "sealed_comment": ("UPDATE",)}
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_never_changes BEFORE {events} ON {table}
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_never_changes_by_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""


def upgrade() -> None:
    op.create_table(
        "sealed_themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("told", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_sealed_themes_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_themes")),
        sa.UniqueConstraint("partner_id", "quarter", name="uq_sealed_themes_once_a_partner"),
    )
    _comments()
    _protect()


def _comments() -> None:
    op.create_table(
        "sealed_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_sealed_comment_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_sealed_comment_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_comment")),
        sa.UniqueConstraint("partner_id", "quarter", "place", name="uq_sealed_comment_place"),
    )
    op.create_index(op.f("ix_sealed_comment_invitation_id"), "sealed_comment", ["invitation_id"])


def _protect() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, events in REFUSED.items():
        if on_postgresql:
            op.execute(POSTGRESQL_TRIGGER.format(table=table, events=" OR ".join(events)))
        else:
            for event in events:
                op.execute(SQLITE_TRIGGER.format(table=table, event=event))


def downgrade() -> None:
    for table in ("sealed_comment", "sealed_themes"):
        op.drop_table(table)
