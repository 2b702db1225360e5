"""A demo's folder: one seed in it, from which the same secrets come every time."""

import subprocess
from pathlib import Path

import pytest

from survey.access.api_keys import SECRET
from survey.config import Config
from survey.demo.place import DATABASE_FILE, SEED_FILE, SeedLost, open_place


def test_the_same_folder_has_the_same_secrets_on_any_port(tmp_path: Path) -> None:
    first, again = open_place(tmp_path / "new", 8000), open_place(tmp_path / "new", 8001)
    before, after = first.environment(), again.environment()
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"SURVEY_PUBLIC_URL"}
    assert first.key_secret("analyst") == again.key_secret("analyst")


def test_another_folder_has_other_secrets(tmp_path: Path) -> None:
    one, other = open_place(tmp_path / "one", 8000), open_place(tmp_path / "other", 8000)
    for name in ("SURVEY_SECRET_KEY", "SURVEY_DATA_KEY"):
        assert one.environment()[name] != other.environment()[name]
    assert one.key_secret("analyst") != other.key_secret("analyst")


def test_every_key_has_a_secret_of_its_own(tmp_path: Path) -> None:
    place = open_place(tmp_path, 8000)
    assert SECRET.fullmatch(place.key_secret("analyst"))
    assert place.key_secret("analyst") != place.key_secret("operator")
    environment = place.environment()
    assert environment["SURVEY_SECRET_KEY"] != environment["SURVEY_DATA_KEY"]


def test_only_the_owner_may_read_the_seed(tmp_path: Path) -> None:
    open_place(tmp_path, 8000)
    assert (tmp_path / SEED_FILE).stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == [SEED_FILE]


def test_a_database_without_its_seed_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"somebody's")
    with pytest.raises(SeedLost):
        open_place(tmp_path, 8000)
    assert [file.name for file in tmp_path.iterdir()] == [DATABASE_FILE]


def test_its_settings_are_those_the_service_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in open_place(tmp_path, 8123).environment().items():
        monkeypatch.setenv(name, value)
    config = Config.from_environment()
    assert config.demo
    assert config.public_url == "http://127.0.0.1:8123"
    assert str(tmp_path) in config.database_url
    assert str(tmp_path) in config.queue_url


def test_a_shell_finds_the_demo_by_its_settings_file(tmp_path: Path) -> None:
    place = open_place(tmp_path / "it's a demo", 8123)
    file = place.write_settings()
    assert file.stat().st_mode & 0o077 == 0
    told = subprocess.run(
        ["sh", "-c", '. "$1" && env', "sh", str(file)], capture_output=True, check=True, text=True
    )
    assert (
        place.environment().items()
        <= dict(line.split("=", 1) for line in told.stdout.splitlines() if "=" in line).items()
    )
