"""Notebooks with secrets in; notebooks that read the environment out."""

from __future__ import annotations

import json

import pytest

from nb2prod.planning import emitted
from nb2prod.secrets import without_secrets

from .cellscript import attempt, codes_of, notebook

KEY = "AKIAIOSFODNN7EXAMPLE"  # pragma: allowlist secret
URL = "postgresql://bob:s3cr3tpw@db.example.com/x"  # pragma: allowlist secret


@pytest.mark.parametrize(
    ("source", "cleaned", "environment"),
    [
        (
            "import os\npassword = 'hunter2hunter2'",  # pragma: allowlist secret
            'import os\npassword = os.environ["PASSWORD"]',
            {"PASSWORD": "hunter2hunter2"},  # pragma: allowlist secret
        ),
        (
            f"import os\nconnect('{URL}')",
            'import os\nconnect(os.environ["SECRET"])',
            {"SECRET": URL},
        ),
        (
            f"import os\nc = client(key='é', aws='{KEY}')",
            "import os\nc = client(key='é', aws=os.environ[\"AWS\"])",
            {"AWS": KEY},
        ),
        (
            f"import os\nd = {{'my-key': '{KEY}'}}\ne = '{KEY}'",
            'import os\nd = {\'my-key\': os.environ["E"]}\ne = os.environ["E"]',
            {"E": KEY},
        ),
    ],
)
def test_moved(source: str, cleaned: str, environment: dict[str, str]) -> None:
    found = without_secrets(notebook(f"train: {source}"))
    assert found.notebook.cells[0].source == cleaned
    assert found.environment == environment
    assert {d.code for d in found.diagnostics} == {"NB120"}


@pytest.mark.parametrize(
    "source",
    [
        "password = os.environ['PASSWORD']",
        "df['password'] = 3",
        "token_pattern = r'(?u)\\b\\w+\\b'",
        "SEED = '0123456789abcdef0123456789abcdef'",
        "keys = ['customer_id', 'order_id']",
        "password = 'password'",
        "tok = Tokenizer(oov_token='<OOV>')",
        "secret_word = 'python3'",
        "df = df[df.pwd == 'a1b2c3d4']",
        "conn = connect(password='')",
        "!login --password hunter2hunter2",
        "digest = 'd41d8cd98f00b204e9800998ecf8427e'",
        "url = 'https://example.com/data.csv'",
        f"aws = '{KEY}'  # pragma: allowlist secret",
    ],
)
def test_left_alone(source: str) -> None:
    book = notebook(f"train: {source}")
    assert without_secrets(book).notebook is book


@pytest.mark.parametrize(
    "source", [f"x = f'{KEY} {{y}}'", f"!login {KEY}", f"x = b'{KEY}'", f"x = '''\n{KEY}\n'''"]
)
def test_what_can_not_be_moved_is_an_error(source: str) -> None:
    assert "NB121" in codes_of(attempt(f"train: {source}\nm = [1]"))


def test_the_package_holds_no_secret() -> None:
    found = attempt(f"train: aws = '{KEY}'\nm = [aws]", f": note = '{KEY}'", outputs=("m",))
    assert found.plan is not None
    tree = emitted(found.plan, notebook_folder=None, output=None, environment=found.environment)
    text = json.dumps(tree)
    assert KEY not in text
    assert "import os" in tree["src/demo/training.py"]
    assert 'aws = os.environ["AWS"]' in tree["src/demo/training.py"]
    assert "`AWS`" in tree["README.md"]
    assert [(d.code, d.cell) for d in found.diagnostics if d.code == "NB120"] == [
        ("NB120", 1), ("NB120", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"Use `{KEY}` for now.", "Use `•••` for now."),
        (f"The database: {URL.rpartition('@')[0]}@db", "The database: postgresql://bob:•••@db"),
        (f"a\n\n{KEY} and {KEY}", "a\n\n••• and •••"),
        ("password = 'hunter2hunter2'", "password = '•••'"),  # pragma: allowlist secret
        ("The password is in the vault.", None),
        ("Set `password = 'something'`.", None),
    ],
)
def test_hidden_in_text(text: str, cleaned: str | None) -> None:
    found = without_secrets(notebook(f"md: {text}", "train: a = 1"))
    assert found.notebook.cells[0].source == (cleaned or text)
    assert [d.code for d in found.diagnostics] == (["NB122"] if cleaned else [])
    assert found.environment == {}


def test_a_secret_of_the_code_is_hidden_in_the_text_too() -> None:
    code = "train: import os\npassword = 'hunter2hunter2'"  # pragma: allowlist secret
    found = without_secrets(notebook("md: We log in by hunter2hunter2.", code))
    assert found.notebook.cells[0].source == "We log in by •••."


def test_documentation_stays_with_its_cells() -> None:
    cells = ("md: # Log in", f"train: a = ['{KEY}']", "md: ## Score it", "evaluate: b = [a]")
    plain = attempt(*cells[:1], "train: a = ['x']", *cells[2:]).plan
    moved = attempt(*cells).plan
    assert plain is not None
    assert moved is not None
    said = [[stage.documentation.summary for stage in plan.stages] for plan in (plain, moved)]
    assert said[1][-2:] == said[0] == ["Fits the model", "Score it"]
