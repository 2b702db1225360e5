"""The tables of what boards see of what people say, beside the blocks of a partner's quarter.

Both are written when the quarter is sealed, and the database refuses to change them. A comment may
be deleted, since whoever is forgotten takes theirs along; themes may not.
"""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Identity, points_at


class SealedThemes(Base):
    """What comments in a partner's quarter are about; none where there are too few people.

    `told` is shown as it stands: how many `comments` say something, and the `themes` that enough
    people name, each with its key, name and count, and how critical they are of it.
    """

    __tablename__ = "sealed_themes"
    __table_args__ = (
        UniqueConstraint("partner_id", "quarter", name="uq_sealed_themes_once_a_partner"),
    )

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    quarter: Mapped[str] = mapped_column(String(7))
    told: Mapped[Document]


class SealedComment(Base):
    """A comment drawn for boards: redacted, encrypted, in its `place` by lot.

    By the invitation it is found when its writer is to be forgotten; boards see nothing of that.
    """

    __tablename__ = "sealed_comment"
    __table_args__ = (
        UniqueConstraint("partner_id", "quarter", "place", name="uq_sealed_comment_place"),
    )

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    quarter: Mapped[str] = mapped_column(String(7))
    place: Mapped[int]
    invitation_id: Mapped[int] = points_at("invitation.id")
    text: Mapped[bytes]
