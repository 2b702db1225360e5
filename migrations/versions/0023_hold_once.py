"""An answer is held once at a time: two requests at once may have held it twice.

Of several holds that stand, the earliest stays, with the signs of all, and the others are deleted:
the answer was held from the earliest on, as before. Released, they would look as if somebody had
let it count, of which the audit knows nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
HOLD = sa.table(
    "hold",
    *map(sa.column, ("id", "response_id", "held_at", "released_at")),
    sa.column("signs", DOCUMENT),
)
STANDS = sa.text("released_at IS NULL")


def upgrade() -> None:
    _hold_once()
    op.create_index(
        "uq_hold_stands_once",
        "hold",
        ["response_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _hold_once() -> None:
    connection, stands = op.get_bind(), HOLD.c.released_at.is_(None)
    twice = sa.select(HOLD.c.response_id).where(stands)
    twice = twice.group_by(HOLD.c.response_id).having(sa.func.count() > 1)
    rows = connection.execute(
        sa.select(HOLD.c.id, HOLD.c.response_id, HOLD.c.signs)
        .where(stands, HOLD.c.response_id.in_(twice))
        .order_by(HOLD.c.held_at, HOLD.c.id)
    ).all()
    kept: dict[int, int] = {}
    signs: dict[int, list[str]] = {}
    for row in rows:
        first = kept.setdefault(row.response_id, row.id)
        signs[first] = [*dict.fromkeys([*signs.get(first, []), *row.signs])]
        if row.id != first:
            connection.execute(sa.delete(HOLD).where(HOLD.c.id == row.id))
    for first, of_all in signs.items():
        connection.execute(sa.update(HOLD).where(HOLD.c.id == first).values(signs=of_all))


def downgrade() -> None:
    op.drop_index("uq_hold_stands_once", "hold")
