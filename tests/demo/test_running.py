"""`survey demo` as a newcomer meets it: started, looked round in, stopped, and started again."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

from tests.processes import ROOT, answers, free_port, wait_until


class Demo:
    """One run of the demo, its output in a file."""

    def __init__(self, folder: Path, port: int) -> None:
        self.output = folder.parent / f"{port}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "survey", "demo", "--port", str(port), "--dir", folder],
                cwd=ROOT,
                stdout=output,
                start_new_session=True,
            )

    def lines(self) -> list[str]:
        """What it prints once the service answers."""
        wait_until(lambda: "key operator" in self.output.read_text(), "the ways in")
        return self.output.read_text().splitlines()

    def stop(self) -> int:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def _link_as_the_readme_finds_it(folder: Path, base: str) -> str:
    """What the README's line takes out of a letter, with quoted-printable taken off."""
    readme = (ROOT / "README.md").read_text().splitlines()
    line = next(line for line in readme if line.startswith("LINK="))
    letter = next((folder / "mail" / "new").iterdir())
    reference = letter.read_text().partition("\nSubject: ")[2].partition("\n")[0].split()[-1]
    script = f'{line.replace("instance/", f"{folder}/")}\necho "$LINK"'
    found = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "REF": reference, "BASE": base},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


def _counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "demo.db")) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("closure", "invitation", "response", "reading", "api_key", "person")
        }


def test_it_opens_all_it_names_and_goes_on_where_it_was_on_another_port(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = Demo(folder, free_port())
    try:
        printed = first.lines()
        addresses = [line for line in printed if line.startswith("http://")]
        assert len(addresses) == 5
        assert [address for address in addresses if not answers(address)] == []
        with urllib.request.urlopen(addresses[2]) as mailbox:
            assert b"enquiry" in mailbox.read()
        assert answers(_link_as_the_readme_finds_it(folder, addresses[2].partition("/demo")[0]))
        counts = _counts(folder)
        assert 30_000 <= counts["closure"] <= 40_000
        assert 6_000 <= counts["response"] <= 8_500
        assert counts["reading"] > 5_000
    finally:
        assert first.stop() == 0

    again = Demo(folder, free_port())
    try:
        printed_again = again.lines()
        assert [line for line in printed_again if line.startswith("key ")] == [
            line for line in printed if line.startswith("key ")
        ]
        assert all(answers(line) for line in printed_again if line.startswith("http://"))
        assert _counts(folder) == counts
    finally:
        assert again.stop() == 0


def test_a_port_in_use_is_named_and_nothing_is_set_up(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "survey", "demo", "--port", str(port), "--dir", tmp_path / "x"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x").exists()
