"""What asking well needs: when to look at a closure, reminders, returns, receivers, corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
WAITING = sa.text("taken_up_at IS NULL")
TO_REMIND = sa.text("remind_at IS NOT NULL")
AGAIN = sa.text("sent_at IS NOT NULL AND next_attempt_at IS NOT NULL")
# What had a default for the rows there were, and has none for those to come.
FILLED = {
    "closure": {"deliver": sa.String(10), "look_at": MOMENT},
    "partner": {"domains": DOCUMENT, "languages": DOCUMENT, "colour": sa.String(7)},
    "service": {"discreet": sa.Boolean()},
    "invitation": {"returns": sa.Integer()},
}


def upgrade() -> None:
    _columns()
    op.execute("UPDATE closure SET look_at = received_at")
    op.execute("UPDATE invitation SET reason = 'outcome_off' WHERE reason = 'withdrawn'")
    op.execute("UPDATE invitation SET next_attempt_at = NULL WHERE sent_at IS NOT NULL")
    for table, columns in FILLED.items():
        with op.batch_alter_table(table) as batch_op:
            for column, kind in columns.items():
                batch_op.alter_column(column, existing_type=kind, server_default=None)
    with op.batch_alter_table("closure") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_closure_deliver_is_known"), "deliver IN ('mail', 'link')"
        )
        batch_op.drop_index("ix_closure_waiting")
        batch_op.create_index(
            "ix_closure_waiting", ["look_at"], sqlite_where=WAITING, postgresql_where=WAITING
        )
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.create_index(
            "ix_invitation_remind",
            ["remind_at"],
            sqlite_where=TO_REMIND,
            postgresql_where=TO_REMIND,
        )
        batch_op.create_index(
            "ix_invitation_again", ["next_attempt_at"], sqlite_where=AGAIN, postgresql_where=AGAIN
        )
    _tables()


def _columns() -> None:
    with op.batch_alter_table("closure") as batch_op:
        batch_op.add_column(sa.Column("team", sa.String(100), nullable=True))
        batch_op.add_column(
            sa.Column("deliver", sa.String(10), nullable=False, server_default="mail")
        )
        batch_op.add_column(
            sa.Column("look_at", MOMENT, nullable=False, server_default="2000-01-01 00:00:00")
        )
    with op.batch_alter_table("partner") as batch_op:
        batch_op.add_column(sa.Column("domains", DOCUMENT, nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("languages", DOCUMENT, nullable=False, server_default='["en"]')
        )
        batch_op.add_column(
            sa.Column("colour", sa.String(7), nullable=False, server_default="#1d4e89")
        )
    with op.batch_alter_table("service") as batch_op:
        batch_op.add_column(
            sa.Column("discreet", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("invitation") as batch_op:
        for moment in ("bounced_at", "remind_at", "reminded_at"):
            batch_op.add_column(sa.Column(moment, MOMENT, nullable=True))
        batch_op.add_column(sa.Column("returns", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("mail_system", sa.String(100), nullable=True))


def _tables() -> None:
    op.create_table(
        "partner_opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("opted_out_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_partner_opt_out_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_opt_out_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_opt_out")),
        sa.UniqueConstraint("person_id", "partner_id", name="uq_partner_opt_out_is_said_once"),
    )
    op.create_table(
        "mail_system",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", MOMENT, nullable=False),
        sa.Column("slowed_to", sa.Double(), nullable=True),
        sa.Column("slowed_at", MOMENT, nullable=True),
        sa.Column("borne", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_system")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("before", DOCUMENT, nullable=False),
        sa.Column("after", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["closure_id"], ["closure.id"], name=op.f("fk_correction_closure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction") as batch_op:
        batch_op.create_index(op.f("ix_correction_closure_id"), ["closure_id"])


def downgrade() -> None:
    for table in ("correction", "mail_system", "partner_opt_out"):
        op.drop_table(table)
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_index("ix_invitation_remind")
        batch_op.drop_index("ix_invitation_again")
        for column in ("mail_system", "returns", "reminded_at", "remind_at", "bounced_at"):
            batch_op.drop_column(column)
    with op.batch_alter_table("service") as batch_op:
        batch_op.drop_column("discreet")
    with op.batch_alter_table("partner") as batch_op:
        for column in ("colour", "languages", "domains"):
            batch_op.drop_column(column)
    with op.batch_alter_table("closure") as batch_op:
        batch_op.drop_index("ix_closure_waiting")
        batch_op.drop_constraint(op.f("ck_closure_deliver_is_known"), type_="check")
        for column in ("look_at", "deliver", "team"):
            batch_op.drop_column(column)
        batch_op.create_index(
            "ix_closure_waiting", ["closed_at"], sqlite_where=WAITING, postgresql_where=WAITING
        )
    op.execute("UPDATE invitation SET reason = 'withdrawn' WHERE reason = 'outcome_off'")
