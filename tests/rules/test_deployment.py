"""Dockerfile and compose.yaml cannot be built here; what they name must at least exist."""

import re
from pathlib import Path

import click
import yaml

from survey.cli import cli

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def commands() -> list[list[str]]:
    """Every `survey …` that a container would run."""
    given = [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    given += [
        re.findall(r'"([^"]+)"', line) for line in re.findall(r"^CMD (.*)$", DOCKERFILE, re.M)
    ]
    return given


def test_every_command_that_a_container_runs_exists() -> None:
    assert len(commands()) >= 4
    for program, name, *options in commands():
        assert program == "survey"
        command = cli.commands[name]
        command.make_context(name, list(options), parent=click.Context(cli))


def test_every_path_that_is_copied_exists_and_is_let_through() -> None:
    let_through = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M))
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M):
        *sources, _target = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source in let_through, source


def test_the_container_does_not_run_as_root() -> None:
    assert re.search(r"^USER survey$", DOCKERFILE, re.M)


def test_compose_names_only_services_and_volumes_it_has() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            place = volume.split(":")[0]
            assert (ROOT / place).exists() if "/" in place else place in COMPOSE["volumes"]


def test_there_are_two_of_each_half() -> None:
    replicas = {
        name: s["deploy"]["replicas"] for name, s in COMPOSE["services"].items() if "deploy" in s
    }
    assert replicas == {"web": 2, "worker": 2}


def test_settings_that_compose_sets_are_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    given = {name for s in COMPOSE["services"].values() for name in s.get("environment", {})}
    for name in given | set(
        re.findall(r"[A-Z_]*SURVEY_[A-Z_]+", (ROOT / "compose.yaml").read_text())
    ):
        if name.startswith("SURVEY_"):
            assert name in documented, name
