"""What the watch in the kernel hears of a cell, each in a process of its own: hooks stay for ever."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nb2prod.probes

PROBES = Path(nb2prod.probes.__file__).parent
_WATCHED = """
import json, runpy, sys
cells = json.loads(sys.argv[2])
watch = runpy.run_path(sys.argv[1])["Watch"]()
space, laps = {}, []
for cell in cells:
    watch.start()
    exec(cell, space)
    laps.append(watch.lap())
print(json.dumps(laps))
"""


def watched(folder: Path, *cells: str) -> list[dict[str, Any]]:
    """What the watch tells of each cell."""
    command = [sys.executable, "-c", _WATCHED, str(PROBES / "watch.py"), json.dumps(cells)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    laps: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return laps


@pytest.mark.parametrize(
    ("cell", "read", "written"),
    [
        ("open('a.csv').read()", ["a.csv"], []),
        ("import pathlib; pathlib.Path('a.csv').read_text()", ["a.csv"], []),
        ("open('no.csv') if 0 else 1", [], []),
        ("open('a.csv', 'r+').close()", ["a.csv"], ["a.csv"]),
        ("open('a.csv', 'a').write('x')", [], ["a.csv"]),
        ("open('a.csv', 'w').write('x'); open('a.csv').read()", [], ["a.csv"]),
        ("open('a.csv').read(); open('a.csv', 'w').write('x')", ["a.csv"], ["a.csv"]),
        ("import os; os.rename('a.csv', 'c.csv')", [], ["c.csv"]),
        ("import shutil; shutil.copy('a.csv', 'c.csv')", ["a.csv"], ["c.csv"]),
        ("import sqlite3; sqlite3.connect(':memory:').execute('create table t(a)')", [], []),
        ("import sqlite3; sqlite3.connect('a.db').execute('select * from t')", ["a.db"], []),
        ("import sqlite3; sqlite3.connect('file:a.db?mode=ro', uri=True)", ["a.db"], []),
        (
            "import sqlite3; d = sqlite3.connect('a.db'); d.execute('insert into t values (1)'); d.commit()",
            ["a.db"],
            ["a.db"],
        ),
        ("import sqlite3; sqlite3.connect('new.db').execute('create table t(a)')", [], ["new.db"]),
        (  # While its connection is open, a journal lies beside it.
            "import sqlite3; d = sqlite3.connect('a.db'); d.execute('insert into t values (1)')",
            ["a.db"],
            [],
        ),
        # A command is compiled code as well: no event tells of its files.
        ("import os; os.system('echo x > c.csv')", [], ["c.csv"]),
        ("import tempfile; tempfile.NamedTemporaryFile('w').write('x')", [], []),
        (
            """
import os, tempfile
t = tempfile.mkdtemp()
os.system(f'echo x > {t}/c')
open(f'{t}/c').read()
os.system(f'rm -r {t}')
""",
            [],
            [],
        ),
    ],
)
def test_files(cell: str, read: list[str], written: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("create table t(a)")
    database.close()
    (lap,) = watched(tmp_path, cell)
    assert (lap["read"], lap["written"]) == (read, written)


def test_what_an_earlier_cell_made_is_no_input(tmp_path: Path) -> None:
    for make in (
        "open('m.txt', 'w').write('x')",
        "import os; os.system('echo x > m.txt')",
    ):
        (tmp_path / "m.txt").unlink(missing_ok=True)
        first, second = watched(tmp_path, make, "open('m.txt').read()")
        assert "m.txt" in first["written"]
        assert second["read"] == []


def test_what_another_file_replaced_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("old", encoding="utf-8")
    replace = "import os\nopen('new', 'w').close()\nos.replace('new', 'm.txt')"
    assert watched(tmp_path, replace, "open('m.txt').read()")[1]["read"] == []


def test_a_file_moved_to_another_folder_is_written_there(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    there = tmp_path / "old"
    there.write_text("x", encoding="utf-8")
    os.utime(there, (1, 1))
    move = f"import os\nopen('new', 'w').close()\nos.replace('new', {str(there)!r})"
    assert str(there.resolve()) in watched(tmp_path / "here", move)[0]["written"]


def test_a_file_of_another_folder_has_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    other = tmp_path / "other.csv"
    other.write_text("a\n", encoding="utf-8")
    os.utime(other, (1, 1))  # it was there long before
    reading, writing = watched(
        tmp_path / "here", "open('../other.csv').read()", f"open({str(other)!r}, 'a').write('x')"
    )
    assert reading["read"] == [str(other.resolve())]
    assert writing["written"] == [str(other.resolve())]


@pytest.mark.parametrize(
    ("cell", "hosts"),
    [
        ("import socket; socket.getaddrinfo('localhost', 80)", []),
        ("s.connect(('127.0.0.1', 9))", []),
        ("s.connect(('192.0.2.1', 9))", ["192.0.2.1"]),
        ("s.connect_ex(('192.0.2.1', 9))", ["192.0.2.1"]),
    ],
)
def test_network(cell: str, hosts: list[str], tmp_path: Path) -> None:
    open_ = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    quiet = f"{open_}try:\n    {cell}\nexcept OSError: pass"
    (lap,) = watched(tmp_path, quiet)
    assert lap["hosts"] == hosts


@pytest.mark.parametrize(
    ("cell", "commands"),
    [
        ("import subprocess; subprocess.run(['true', 'a b'])", ["true a b"]),
        ("import subprocess; subprocess.run('true; true', shell=True)", ["/bin/sh -c true; true"]),
        ("import os; os.system('true x')", ["true x"]),
    ],
)
def test_commands(cell: str, commands: list[str], tmp_path: Path) -> None:
    (lap,) = watched(tmp_path, cell)
    assert lap["commands"] == commands
