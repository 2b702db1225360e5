"""The shape of `[[people]]`: who may sign in, and as what; coordinators stand by their partner."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema
from survey.partnership import entries
from survey.partnership.roles import BOARD, COORDINATOR, GIVEN


def _a_role(role: str) -> None:
    if role == COORDINATOR:
        raise ValidationError("stands with its partner, as [[partners.CODE.coordinators]]")
    if role not in GIVEN:
        raise ValidationError(f"must be one of: {', '.join(GIVEN)}")


class NamedPersonSchema(StrictSchema):
    """Somebody on the board of a partner, on the joint board, or of the provider."""

    name = entries.name()
    email = entries.email()
    role = fields.String(required=True, validate=_a_role)
    partner = entries.code()

    @validates_schema
    def _a_board_is_of_a_partner(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["role"] == BOARD and "partner" not in data:
            raise ValidationError("say the board of which partner", "partner")
        if data["role"] != BOARD and "partner" in data:
            raise ValidationError(f"is not for the role {data['role']}, which sees all", "partner")


def mistakes_among(
    people: Sequence[Mapping[str, Any]], partners: Collection[str]
) -> dict[int, dict[str, list[str]]]:
    """What is wrong with valid entries once all of the file is known, by their number."""
    mistakes: dict[int, dict[str, list[str]]] = {}
    seen: set[tuple[str, str | None, str]] = set()
    for number, person in enumerate(people):
        partner = person.get("partner")
        known_by = (person["role"], partner, person["email"].lower())
        if partner is not None and partner not in partners:
            near = nearest(partner, partners) or "none"
            mistakes[number] = {"partner": [f"unknown; nearest known: {near}"]}
        elif known_by in seen:
            mistakes[number] = {"email": ["is named twice for the same role"]}
        seen.add(known_by)
    return mistakes
