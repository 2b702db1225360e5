"""The documents tell the truth: every route, setting and command is there, and nothing else."""

import re
from pathlib import Path

import click
from flask import Flask

from survey.access.api_keys import SCOPES
from survey.cli import cli

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def code_in(page: str) -> set[str]:
    """Everything set as code in a page."""
    return set(re.findall(r"`([^`\n]+)`", (DOCS / page).read_text()))


def test_every_route_is_documented_and_every_documented_one_exists(demo_app: Flask) -> None:
    served = {
        f"{method} {rule.rule}"
        for rule in demo_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    documented = {code for code in code_in("api.md") if re.match(r"[A-Z]+ /", code)}
    names = {re.sub(r"<[^>]*?([a-z_]+)>", r"<\1>", route) for route in served}
    assert {re.sub(r"<[^>]*?([a-z_]+)>", r"<\1>", route) for route in documented} == names


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    source = (ROOT / "survey" / "config.py").read_text()
    read = {f"SURVEY_{name}" for name in re.findall(r'env(?:\.\w+\(|, )"([A-Z_]+)"', source)}
    documented = {code for code in code_in("settings.md") if code.startswith("SURVEY_")}
    assert read == documented


def leaves(command: click.Command, path: str = "survey") -> set[str]:
    """The full names of all commands that do something."""
    if not isinstance(command, click.Group):
        return {path}
    below = {
        leaf for name, under in command.commands.items() for leaf in leaves(under, f"{path} {name}")
    }
    return below | ({path} if command.invoke_without_command else set())


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    rows = re.findall(r"^\| `(survey[^`]*)`", (DOCS / "commands.md").read_text(), re.MULTILINE)
    documented = {re.match(r"survey( [a-z][a-z-]*)+", row)[0] for row in rows}  # type: ignore[index]
    assert documented == leaves(cli)


def test_every_command_shows_an_example() -> None:
    def check(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                check(below, f"{path} {name}")
        else:
            assert path in (command.help or ""), f"{path} --help shows no example"

    check(cli, "survey")


def test_every_scope_is_documented() -> None:
    assert set(SCOPES) <= code_in("api.md")


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    dead = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_every_room_is_on_the_map() -> None:
    rooms = {path.parent.name for path in (ROOT / "survey").glob("*/__init__.py")}
    page = (DOCS / "architecture.md").read_text()
    mapped = set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))
    assert mapped == rooms
