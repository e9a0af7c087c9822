"""The documents say what is there."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import nb2prod
from nb2prod.cli import main
from nb2prod.diagnostics import CODES
from nb2prod.roles import ALIASES, Role

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")


def test_the_map_of_the_code_names_every_module_once() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    mapped = re.findall(r"^\| `(nb2prod[\w.]*)` \| \S", text, re.MULTILINE)
    assert sorted(mapped) == sorted(_modules())


def test_the_page_of_diagnostics_is_in_step_with_the_table() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "diagnostics.py"))
    expected = script["page"](CODES.values())
    page = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    assert page == expected, "run `make docs`"
    assert re.findall(r"^### (NB\d+)", page, re.MULTILINE) == list(CODES)


def test_the_readme_lists_every_role() -> None:
    table = "\n".join(re.findall(r"^\| `.*", README, re.MULTILINE))
    for name in (*(role.value for role in Role), *ALIASES):
        assert f"`{name}`" in table


@pytest.mark.parametrize("command", sorted(main.commands))
def test_the_readme_lists_every_option(command: str) -> None:
    section = README.partition(f"### `nb2prod {command} ")[2].partition("\n#")[0]
    for parameter in main.commands[command].params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            assert not option.startswith("--") or f"`{option}" in section, option


def test_the_readme_names_everything_public() -> None:
    for name in nb2prod.__all__:
        assert re.search(rf"\b{name}\b", README.partition("## From Python")[2])


def test_the_readme_shows_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "example_notebooks", tmp_path / "example_notebooks")
    monkeypatch.chdir(tmp_path / "example_notebooks")
    monkeypatch.setenv("NB2PROD_CACHE", str(tmp_path / "cache"))
    shown = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    steps = re.findall(r"^\$ nb2prod (.*)\n((?:(?!\$ ).*\n)*)", "".join(shown), re.MULTILINE)
    assert len(steps) >= 3
    for arguments, expected in steps:
        assert _printed(arguments.split()) == expected, arguments


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def _modules() -> list[str]:
    found = (path.relative_to(ROOT).with_suffix("") for path in ROOT.glob("nb2prod/**/*.py"))
    return [".".join(path.parts).removesuffix(".__init__") for path in found]


def _printed(arguments: list[str]) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output.replace("Running\n", "")  # the progress bar, where nobody watches


def test_no_code_is_used_twice() -> None:
    text = (ROOT / "nb2prod/diagnostics.py").read_text(encoding="utf-8")
    assert re.findall(r'^    Code\("(NB\d+)"', text, re.MULTILINE) == list(CODES)
