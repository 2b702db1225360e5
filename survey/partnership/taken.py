"""Names that figures give to rows of their own: nothing that rows are of may be called so too."""

# Of directorates, topics and other sides: what boards cannot be told apart.
NOT_TOLD_APART = "not-told-apart"
# Of groups of services: what each has too few answers of, together.
OTHER_SERVICES = "other-services"
# Of themes: what too few people name, together.
OTHER_THEMES = "other-themes"
TAKEN = frozenset({NOT_TOLD_APART, OTHER_SERVICES, OTHER_THEMES})
TAKEN_FOUND = f"must not be {', '.join(sorted(TAKEN))}: figures have rows of these names"


def is_taken(name: str) -> bool:
    """Whether a row of figures has this name, however it is written."""
    return name.strip().casefold() in TAKEN
