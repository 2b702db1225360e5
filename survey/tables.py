"""Every room's tables in one import, for migrations and for tests that look at all of them."""

import survey.access.model
import survey.comments.model
import survey.enquiries.model
import survey.invitations.model
import survey.partnership.model
import survey.questionnaire.model
import survey.reports.blocks.closures_model
import survey.reports.blocks.crossing.model
import survey.reports.blocks.model
import survey.reports.blocks.parts_model
import survey.reports.blocks.restated_model
import survey.reports.blocks.voices.model
import survey.reports.pack.model
import survey.reports.releases.model
import survey.responses.model  # noqa: F401
