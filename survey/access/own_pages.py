"""The page to come back to after signing in: one of ours, whatever an address asks for."""

BOARD_PAGE = "/board"
LONGEST = 500


def own_page(asked: str | None) -> str:
    """The path asked for, with its query, or the board page where that is no page of ours.

    Browsers take `//host`, `/\\host` and either with a tab or line end in it for another site.
    """
    text = asked or ""
    ours = text.startswith("/") and not text.startswith("//")
    plain = len(text) <= LONGEST and text.isascii() and text.isprintable() and "\\" not in text
    # Signing in leads on, never back.
    return text if ours and plain and not text.startswith("/sign-") else BOARD_PAGE
