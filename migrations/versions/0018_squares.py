"""How often the same people answered, beside what is published: blocks, parts and quarters."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# At least how many squares there are: if everybody answered once, as many as answers.
LEAST = {"block": "answers", "block_part": "answers", "sealed_quarter": "people"}
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_never_changes_by_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
"""
# The bands of working hours, by their upper edges.
BANDS = (
    *((1, "0-1"), (2, "1-2"), (4, "2-4"), (8.5, "4-8.5"), (17, "8.5-17"), (25.5, "17-25.5")),
    *((34, "25.5-34"), (42.5, "34-42.5"), (59.5, "42.5-59.5"), (85, "59.5-85")),
    *((127.5, "85-127.5"), (170, "127.5-170"), (255, "170-255"), (340, "255-340")),
)
BAND = " ".join(f"WHEN hours_to_close <= {edge} THEN '{name}'" for edge, name in BANDS)
# In which block, part and partner's quarter each sealed answer is, and whose it is. A part's
# answers are those of which nothing that it tells is untrue, but for those of parts before it.
ANSWER = f"""
CREATE TEMPORARY TABLE answer_in AS
SELECT b.id AS block_id, b.partner_id, a.rating, i.person_id,
  substr(b.closes, 1, 5) || 'Q' || ((CAST(substr(b.closes, 6) AS integer) + 2) / 3) AS quarter,
  (SELECT min(p.id) FROM block_part p WHERE p.block_id = b.id
   AND (NOT p.directorate_told OR p.directorate_id = a.directorate_id
        OR (p.directorate_id IS NULL AND a.directorate_id IS NULL))
   AND (NOT p.topic_told OR p.topic = a.topic OR (p.topic IS NULL AND a.topic IS NULL))
   AND (p.channel IS NULL OR p.channel = a.channel)
   AND (p.within_target IS NULL OR p.within_target = a.within_target)
   AND (p.hours IS NULL OR p.hours = CASE {BAND} ELSE '340+' END)) AS part_id
FROM sealed_answer a
JOIN series_month s ON s.id = a.series_month_id
JOIN block b ON b.id = s.block_id
JOIN invitation i ON i.id = a.invitation_id
"""  # noqa: S608 - written here, in whole
# Until now blocks closed by how many people were dissatisfied, not by how many answers. Where only
# that sufficed, who answered how often would tell of somebody: each answer stays another person's.
WITHOUT_PEOPLE = """
UPDATE answer_in SET person_id = NULL WHERE block_id IN (
  SELECT b.id FROM block b WHERE b.people - (
    SELECT count(*) FROM answer_in given WHERE given.block_id = b.id AND given.rating < 3) < 9)
"""
OF_PERSON = "CASE WHEN person_id IS NULL THEN count(*) ELSE count(*) * count(*) END"
# Those of a published row; where none of its answers is there any more, as if each were another's.
FILL = f"""
UPDATE {{table}} SET squares = coalesce((
  SELECT CAST(sum(theirs) AS integer) FROM (
    SELECT {OF_PERSON} AS theirs FROM answer_in WHERE {{its}} GROUP BY person_id
  ) AS each_person), {{least}})
"""  # noqa: S608 - written here, in whole
ITS = {
    "block": "answer_in.block_id = block.id",
    "block_part": "answer_in.part_id = block_part.id",
    "sealed_quarter": "answer_in.partner_id = sealed_quarter.partner_id "
    "AND answer_in.quarter = sealed_quarter.quarter",
}
CHECK = "ck_{}_squares_are_enough"


def upgrade() -> None:
    for table in LEAST:
        op.add_column(table, sa.Column("squares", sa.Integer(), nullable=True))
    _unprotect()
    op.execute(ANSWER)
    for name in ("block_id", "part_id", "partner_id"):
        op.execute(f"CREATE INDEX answer_in_{name} ON answer_in ({name})")
    op.execute(WITHOUT_PEOPLE)
    for table, least in LEAST.items():
        op.execute(FILL.format(table=table, its=ITS[table], least=least))
    op.execute("DROP TABLE answer_in")
    for table, least in LEAST.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("squares", existing_type=sa.Integer(), nullable=False)
            batch_op.create_check_constraint(op.f(CHECK.format(table)), f"squares >= {least}")
    _protect()


def _unprotect() -> None:
    for table in LEAST:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_never_changes")
        else:
            for event in ("UPDATE", "DELETE"):
                op.execute(f"DROP TRIGGER {table}_never_changes_by_{event}")


def _protect() -> None:
    for table in LEAST:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_never_changes")
        else:
            for event in ("UPDATE", "DELETE"):
                op.execute(SQLITE_TRIGGER.format(table=table, event=event))


def downgrade() -> None:
    _unprotect()
    for table in LEAST:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(CHECK.format(table)), type_="check")
            batch_op.drop_column("squares")
    _protect()
