"""Whether a partner's colour can be read (WCAG 2.2, success criterion 1.4.3), and its shades.

Pages write in white on the colour and in the colour on light grounds. A partnership file with a
colour that is too faint for that is refused; one loaded before this was checked is darkened.
"""

import re
from functools import cache

ENOUGH = 4.5
DARK = "#0b0c0c"
WHITE = "#ffffff"
# The darkest ground that letters of the colour stand on: see `survey.css`.
GROUND = "#f3f5f3"
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as `#1d4e89`: 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def readable_on_white(colour: str) -> str:
    """The colour; where text in it would be too faint, nearly black."""
    return colour if contrast(colour, WHITE) >= ENOUGH else DARK


@cache
def style_sheet(colour: str) -> str:
    """The style sheet that gives a page this colour: the shades that `survey.css` names."""
    accent = colour
    while contrast(accent, GROUND) < ENOUGH:
        accent = mixed(accent, "#000000", 0.05)
    return (
        f":root{{--accent:{accent};--accent-dark:{mixed(accent, '#000000', 0.3)};"
        f"--tint:{mixed(accent, WHITE, 0.9)}}}\n"
    )


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with a share, 0 to 1, of the other in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{int(one + (two - one) * share):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (channel / 255 for channel in _channels(colour))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
