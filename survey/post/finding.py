"""What a look at our mail found: one line for the operator, and how much it matters."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "look", "mend"]


@dataclass(frozen=True)
class Finding:
    """`ok`; `look`: some filters mind; `mend`: most do. `about` names what was looked at."""

    level: Level
    about: str
    text: str
