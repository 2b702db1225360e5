"""Quarters told by one side, whose rows cross the parts of blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("crossing", "crossing_row")
# The function came with blocks.
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION published_never_changes()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_never_changes_by_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""
TOLD = "current_setting('survey.partners', true)"
EVERYBODYS = f"(SELECT {TOLD} = '*')"
SHOWN = {
    "crossing": "partner_id = ANY (ARRAY(SELECT partner.id FROM partner "  # noqa: S608
    f"WHERE partner.code = ANY (string_to_array({TOLD}, ','))))",
    "crossing_row": "EXISTS (SELECT FROM crossing WHERE crossing.id = crossing_row.crossing_id)",
}


def upgrade() -> None:
    op.create_table(
        "crossing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_crossing_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossing")),
        sa.UniqueConstraint("partner_id", "quarter", name=op.f("uq_crossing_once_a_partner")),
    )
    op.create_table(
        "crossing_row",
        sa.Column("crossing_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("people", "answers", "squares", "satisfied")
        ),
        sa.CheckConstraint("people >= 5", name=op.f("ck_crossing_row_people_are_enough")),
        sa.CheckConstraint("answers >= people", name=op.f("ck_crossing_row_each_answered")),
        sa.CheckConstraint("squares >= answers", name=op.f("ck_crossing_row_squares_are_enough")),
        sa.CheckConstraint(
            "satisfied BETWEEN 0 AND answers", name=op.f("ck_crossing_row_satisfied_are_of_these")
        ),
        sa.ForeignKeyConstraint(
            ["crossing_id"], ["crossing.id"], name=op.f("fk_crossing_row_crossing_id")
        ),
        sa.PrimaryKeyConstraint("crossing_id", "value", name=op.f("pk_crossing_row")),
    )
    for table in TABLES:
        _protect(table)


def _protect(table: str) -> None:
    """From changes, and from callers who see other partners."""
    if op.get_bind().dialect.name != "postgresql":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, event=event))
        return
    op.execute(POSTGRESQL_TRIGGER.format(table=table))
    op.execute(f"CREATE POLICY {table}_of_everybody ON {table} USING ({EVERYBODYS})")
    op.execute(
        f"CREATE POLICY {table}_of_partners ON {table} TO survey_narrowed USING ({SHOWN[table]})"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
