"""Whether a partner's colour can be read on white (WCAG 2.2, success criterion 1.4.3)."""

from functools import cache

ENOUGH = 4.5
DARK = "#0b0c0c"


@cache
def readable_on_white(colour: str) -> str:
    """The colour, such as `#1d4e89`; where text in it would be too faint, nearly black."""
    return colour if 1.05 / (_luminance(colour) + 0.05) >= ENOUGH else DARK


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
