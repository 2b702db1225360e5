"""Questionnaires of one's own: their versions, and the short texts written as answers to them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE_IMMUTABLE = """
CREATE TRIGGER questionnaire_is_immutable_{event} BEFORE {event} ON questionnaire
BEGIN SELECT RAISE(ABORT, 'a version of a questionnaire is never changed'); END
"""

POSTGRESQL_IMMUTABLE = """
CREATE FUNCTION questionnaire_is_immutable() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a version of a questionnaire is never changed'; END $$;
CREATE TRIGGER questionnaire_is_immutable BEFORE UPDATE OR DELETE ON questionnaire
FOR EACH ROW EXECUTE FUNCTION questionnaire_is_immutable()
"""


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("name", "version", name="uq_questionnaire_version_once"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_IMMUTABLE)
    else:
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_IMMUTABLE.format(event=event))
    with op.batch_alter_table("response") as batch_op:
        batch_op.add_column(sa.Column("texts", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("response") as batch_op:
        batch_op.drop_column("texts")
    op.drop_table("questionnaire")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION questionnaire_is_immutable()")
