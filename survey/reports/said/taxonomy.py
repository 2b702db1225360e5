"""The themes in force, for whoever asks about them."""

from survey.comments.own_themes import taxonomy_with
from survey.comments.themes.taxonomy import Taxonomy, founding
from survey.partnership.directory import directory


def themes_in_force() -> Taxonomy:
    """Those every partnership has, with this one's own.

    Raises:
        NotLoaded: there is no partnership yet.
    """
    return taxonomy_with(directory().settings.themes) or founding()
