"""The first tables, and an audit that can only grow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE_APPEND_ONLY = """
CREATE TRIGGER audit_is_append_only_{event} BEFORE {event} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
"""

# INSERT OR REPLACE deletes without asking the trigger above.
SQLITE_NEVER_REPLACED = """
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
"""

POSTGRESQL_APPEND_ONLY = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
"""


def protect_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_APPEND_ONLY)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_APPEND_ONLY.format(event=event))
    op.execute(SQLITE_NEVER_REPLACED)


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "partners", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "sources", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "forgotten_closure",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten_closure")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("code", name=op.f("uq_partner_code")),
    )
    op.create_table(
        "partnership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column(
            "settings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_partnership_there_is_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("hash", name=op.f("uq_person_hash")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("target_hours", sa.Double(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("target_hours > 0", name=op.f("ck_service_target_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "precision IN ('second', 'minute', 'day')", name=op.f("ck_source_precision_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code")),
    )
    op.create_table(
        "directorate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_directorate_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directorate")),
        sa.UniqueConstraint("partner_id", "code", name=op.f("uq_directorate_partner_id_code")),
    )
    with op.batch_alter_table("directorate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_directorate_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "open_enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_hash", sa.LargeBinary(), nullable=True),
        sa.Column("sent_digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_open_enquiry_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_open_enquiry_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_enquiry")),
        sa.UniqueConstraint("source_id", "reference", name="uq_open_enquiry_is_known_once"),
    )
    with op.batch_alter_table("open_enquiry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_open_enquiry_person_hash"), ["person_hash"], unique=False
        )

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("directorate_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_month", sa.String(length=7), nullable=False),
        sa.Column("target_hours", sa.Double(), nullable=False),
        sa.Column("hours_to_close", sa.Double(), nullable=False),
        sa.Column("within_target", sa.Boolean(), nullable=False),
        sa.Column("person_hash", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("sent_digest", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel IN ('contact-centre', 'online-form', 'e-mail', 'portal')",
            name=op.f("ck_closure_channel_is_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('resolved', 'unresolved', 'withdrawn')",
            name=op.f("ck_closure_outcome_is_known"),
        ),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("ck_closure_closed_after_opened")),
        sa.CheckConstraint("target_hours > 0", name=op.f("ck_closure_target_is_positive")),
        sa.ForeignKeyConstraint(
            ["directorate_id"], ["directorate.id"], name=op.f("fk_closure_directorate_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_closure_partner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_closure_service_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_closure_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("source_id", "reference", "closed_at", name="uq_closure_is_known_once"),
        sa.UniqueConstraint("uuid", name=op.f("uq_closure_uuid")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(
            "ix_closure_month", ["closed_month", "partner_id", "service_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_closure_person_hash"), ["person_hash"], unique=False)
        batch_op.create_index(
            "ix_closure_waiting",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("taken_up_at IS NULL"),
            postgresql_where=sa.text("taken_up_at IS NULL"),
        )

    op.create_table(
        "coordinator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("directorate_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["directorate_id"], ["directorate.id"], name=op.f("fk_coordinator_directorate_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_coordinator_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator")),
        sa.UniqueConstraint(
            "partner_id",
            "directorate_id",
            "email",
            name=op.f("uq_coordinator_partner_id_directorate_id_email"),
        ),
    )
    with op.batch_alter_table("coordinator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coordinator_directorate_id"), ["directorate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_coordinator_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT asked OR expires_at IS NOT NULL", name=op.f("ck_invitation_asked_has_an_end")
        ),
        sa.CheckConstraint(
            "asked = (reason IS NULL)", name=op.f("ck_invitation_not_asked_has_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["closure_id"], ["closure.id"], name=op.f("fk_invitation_closure_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("closure_id", name=op.f("uq_invitation_closure_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_invitation_uuid")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invitation_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("asked AND sent_at IS NULL AND refused_at IS NULL"),
            postgresql_where=sa.text("asked AND sent_at IS NULL AND refused_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("questionnaire", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=True),
        sa.Column("resolved", sa.String(length=10), nullable=True),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_month", sa.String(length=7), nullable=False),
        sa.CheckConstraint(
            "resolved IN ('yes', 'partly', 'no')", name=op.f("ck_response_resolved_is_known")
        ),
        sa.CheckConstraint("ease BETWEEN 1 AND 5", name=op.f("ck_response_ease_in_range")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_response_rating_in_range")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_response_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("invitation_id", "nonce", name="uq_response_once_per_form"),
        sa.UniqueConstraint("uuid", name=op.f("uq_response_uuid")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index("ix_response_month", ["answered_month"], unique=False)
        batch_op.create_index(
            "ix_response_with_comment",
            ["id"],
            unique=False,
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        )

    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "signs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_hold_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_response_id"), ["response_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("sentiment", sa.String(length=10), nullable=False),
        sa.Column("polarity", sa.Double(), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "sentiment IN ('negative', 'neutral', 'positive', 'mixed', 'none', 'unread')",
            name=op.f("ck_reading_sentiment_is_known"),
        ),
        sa.CheckConstraint("polarity BETWEEN -1 AND 1", name=op.f("ck_reading_polarity_in_range")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_reading_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("response_id", name=op.f("uq_reading_response_id")),
    )
    protect_audit()


def downgrade() -> None:
    op.drop_table("reading")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_response_id"))

    op.drop_table("hold")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_response_with_comment",
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        )
        batch_op.drop_index("ix_response_month")

    op.drop_table("response")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
        batch_op.drop_index(
            "ix_invitation_due",
            sqlite_where=sa.text("asked AND sent_at IS NULL AND refused_at IS NULL"),
            postgresql_where=sa.text("asked AND sent_at IS NULL AND refused_at IS NULL"),
        )

    op.drop_table("invitation")
    with op.batch_alter_table("coordinator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coordinator_partner_id"))
        batch_op.drop_index(batch_op.f("ix_coordinator_directorate_id"))

    op.drop_table("coordinator")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_closure_waiting",
            sqlite_where=sa.text("taken_up_at IS NULL"),
            postgresql_where=sa.text("taken_up_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_closure_person_hash"))
        batch_op.drop_index("ix_closure_month")

    op.drop_table("closure")
    with op.batch_alter_table("open_enquiry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_enquiry_person_hash"))

    op.drop_table("open_enquiry")
    with op.batch_alter_table("directorate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_directorate_partner_id"))

    op.drop_table("directorate")
    op.drop_table("source")
    op.drop_table("service")
    op.drop_table("person")
    op.drop_table("partnership")
    op.drop_table("partner")
    op.drop_table("forgotten_closure")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
    op.drop_table("api_key")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only")
