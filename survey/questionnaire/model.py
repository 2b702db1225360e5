"""The table of questionnaires that were loaded, every version for good."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Identity


class QuestionnaireRow(Base):
    """One version, as its file stood. The database refuses to change or delete a row."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("name", "version", name="uq_questionnaire_version_once"),)

    id: Mapped[Identity]
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    loaded_at: Mapped[datetime]
