"""Row-level security: a transaction sees the rows of those partners alone that it was told of.

Two policies a table, and whoever owns it is bound by them too. One shows everything where the
setting is `*`. The other shows the rows of partners that the setting names, and stands for the role
of narrowed callers only: under an OR, or where it need not be looked at, the planner still counts
its cost, and takes worse plans for everybody.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TOLD = "current_setting('survey.partners', true)"
# Sub-selects that depend on no row are worked out once a query.
EVERYBODYS = f"(SELECT {TOLD} = '*')"
NAMED = f"code = ANY (string_to_array({TOLD}, ','))"
OF_A_PARTNER = (
    *("closure", "open_enquiry", "partner_opt_out"),
    *("block", "series_month", "sealed_quarter", "sealed_themes", "sealed_comment"),
    *("monthly_count", "monthly_eligible", "monthly_squares"),
)
# What belongs to such a row, by the column that points at it: seen where that is seen.
BELOW = {
    "correction": ("closure", "closure_id"),
    "invitation": ("closure", "closure_id"),
    "response": ("invitation", "invitation_id"),
    "hold": ("response", "response_id"),
    "consent": ("response", "response_id"),
    "reading": ("response", "response_id"),
    "mention": ("reading", "reading_id"),
    "urgent_notice": ("response", "response_id"),
    "sealed_answer": ("series_month", "series_month_id"),
    "block_part": ("block", "block_id"),
    "restated_part": ("block", "block_id"),
}
PARTNERS = f"ARRAY(SELECT partner.id FROM partner WHERE partner.{NAMED})"  # noqa: S608
# Seen by those who see all that it is of; which these are, everybody sees.
RELEASE = (
    "NOT EXISTS (SELECT FROM release_partner WHERE release_partner.release_id = release.id "
    f"AND release_partner.partner_id <> ALL ({PARTNERS}))"
)
# Names the partners that it shows; none named is all of them.
PACK = (
    "partners <> '[]' AND NOT EXISTS (SELECT FROM jsonb_array_elements_text(partners) AS it(code) "
    f"WHERE NOT it.{NAMED})"
)
ROLE = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'survey_narrowed'
             AND pg_has_role(current_user, oid, 'SET')) THEN
    RETURN;
  ELSIF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'survey_narrowed')
        AND EXISTS (SELECT FROM pg_roles WHERE rolname = current_user
                    AND (rolsuper OR rolcreaterole)) THEN
    CREATE ROLE survey_narrowed;
    EXECUTE format('GRANT survey_narrowed TO %I WITH INHERIT FALSE', current_user);
  ELSE
    RAISE insufficient_privilege USING MESSAGE = format('an administrator must run: '
      '%sGRANT survey_narrowed TO %I WITH INHERIT FALSE',
      CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'survey_narrowed')
           THEN '' ELSE 'CREATE ROLE survey_narrowed; ' END,
      current_user);
  END IF;
END $$
"""
# Later tables too: these are of whoever owns them, who is the one that runs this.
GRANTS = (
    "{} SELECT, INSERT, UPDATE, DELETE ON {}TABLES {} survey_narrowed",
    "{} USAGE, SELECT ON {}SEQUENCES {} survey_narrowed",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(ROLE)
    _privileges("GRANT", "TO")
    for table in OF_A_PARTNER:
        _protect(table, f"partner_id = ANY ({PARTNERS})")
    for table, (above, column) in BELOW.items():
        _protect(table, f"EXISTS (SELECT FROM {above} WHERE {above}.id = {table}.{column})")
    _protect("release", RELEASE)
    _protect("pack", PACK)


def _privileges(verb: str, preposition: str) -> None:
    for grant in GRANTS:
        op.execute(grant.format(verb, "ALL ", f"IN SCHEMA public {preposition}"))
        each = grant.format(verb, "", preposition)
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public {each}")


def _protect(table: str, shown: str) -> None:
    op.execute(f"CREATE POLICY {table}_of_everybody ON {table} USING ({EVERYBODYS})")
    op.execute(f"CREATE POLICY {table}_of_partners ON {table} TO survey_narrowed USING ({shown})")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*OF_A_PARTNER, *BELOW, "release", "pack"):
        for whose in ("everybody", "partners"):
            op.execute(f"DROP POLICY {table}_of_{whose} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    # The role itself may serve another database of the same server.
    _privileges("REVOKE", "FROM")
