"""Who may ask, for what: authentication, XSRF, the root directory, links, sizes and schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

from nb2prod.server.schema import api_schema, settings_schema
from tests.notebooks import write
from tests.server.conftest import Ask
from tests.server.documents import CELLS, posted

pytestmark = pytest.mark.server

ROUTES = [
    ("POST", "analyze"),
    ("POST", "suggest"),
    ("POST", "preview"),
    ("POST", "convert"),
    ("GET", "jobs"),
    ("GET", f"jobs/{'0' * 32}"),
    ("DELETE", f"jobs/{'0' * 32}"),
    ("GET", f"report/{'0' * 32}"),
    ("GET", "settings"),
    ("POST", "example"),
]


@pytest.fixture
def fetched(http_server_client: Any, jp_base_url: str) -> Any:
    """Gives the answer to a request that brings nothing but its own headers."""

    async def fetch(path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        body = json.dumps(posted()) if method == "POST" else None
        answer: HTTPResponse = await http_server_client.fetch(
            jp_base_url + path,
            method=method,
            headers=headers,
            body=body,
            raise_error=False,
            follow_redirects=False,
        )
        return answer

    return fetch


@pytest.mark.parametrize(("method", "route"), ROUTES)
async def test_nobody_gets_in_without_the_token(
    jp_serverapp: Any, fetched: Any, method: str, route: str
) -> None:
    for headers in ({}, {"Authorization": "token wrong"}):
        answer = await fetched(f"nb2prod/{route}", method, **headers)
        assert answer.code == 403
        assert json.loads(answer.body).keys() == {"message", "hint"}


@pytest.mark.parametrize(("method", "route"), [r for r in ROUTES if r[0] != "GET"])
async def test_a_cookie_alone_is_not_enough_to_change_something(
    jp_serverapp: Any, fetched: Any, method: str, route: str
) -> None:
    jar: dict[str, str] = {}

    async def visit(path: str) -> None:
        answer = await fetched(path, Cookie=cookies())
        jar.update(
            cookie.partition(";")[0].split("=", 1)
            for cookie in answer.headers.get_list("Set-Cookie")
        )

    def cookies() -> str:
        return "; ".join(f"{name}={value}" for name, value in jar.items())

    await visit("login")
    await visit(f"login?token={jp_serverapp.identity_provider.token}")
    assert (await fetched("nb2prod/settings", Cookie=cookies())).code == 200
    assert (await fetched(f"nb2prod/{route}", method, Cookie=cookies())).code == 403
    headers = {"Cookie": cookies(), "X-XSRFToken": jar["_xsrf"]}
    assert (await fetched(f"nb2prod/{route}", method, **headers)).code in (200, 400, 404)


OUTSIDE = [
    "../n.ipynb",
    "a/../../n.ipynb",
    "/etc/n.ipynb",
    "a\\..\\n.ipynb",
    "C:/n.ipynb",
    "./n.ipynb",
]


@pytest.mark.parametrize("path", [*OUTSIDE, ".hidden/n.ipynb", "a//b.ipynb", "a\0b.ipynb"])
async def test_paths_stay_inside_the_root(ask: Ask, path: str) -> None:
    for route in ("analyze", "suggest", "preview"):
        assert (await ask(route, values=posted(path=path)))[0] == 404
    order = {"path": path, "run": False, "force": False}
    assert (await ask("convert", values=order))[0] == 404
    if path != "a\0b.ipynb":
        assert (await ask("example", values={"folder": path}))[0] == 404


async def test_links_that_leave_the_root_are_not_followed(
    ask: Ask, jp_root_dir: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside / "n.ipynb", *CELLS)
    (jp_root_dir / "folder").symlink_to(outside)
    (jp_root_dir / "n.ipynb").symlink_to(outside / "n.ipynb")
    (jp_root_dir / "loop").symlink_to(jp_root_dir / "loop")
    for path in ("folder/n.ipynb", "n.ipynb"):
        assert (await ask("analyze", values=posted(path=path)))[0] == 403
        order = {"path": path, "run": False, "force": False}
        assert (await ask("convert", values=order))[0] == 403
    assert (await ask("example", values={"folder": "folder"}))[0] == 403
    assert (await ask("analyze", values=posted(path="loop/n.ipynb")))[0] in (200, 403)
    assert sorted(p.name for p in outside.iterdir()) == ["n.ipynb"]


async def test_a_link_inside_the_root_is_fine(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "work").mkdir()
    (jp_root_dir / "work" / "helpers.py").write_text("def f(): return 1\n")
    (jp_root_dir / "link").symlink_to(jp_root_dir / "work")
    cells = (("from helpers import f", "setup"), ("x = f()", "train"))
    status, found = await ask("analyze", values=posted(*cells, path="link/n.ipynb"))
    assert status == 200
    assert "NB303" in [d["code"] for d in found["diagnostics"]]


async def test_a_folder_that_vanished_is_no_trouble(ask: Ask) -> None:
    assert (await ask("analyze", values=posted(path="gone/n.ipynb")))[0] == 200


def broken(**changes: Any) -> dict[str, Any]:
    document = posted()
    document["notebook"].update(changes)
    return document


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[" * 100_000,
        "\xff",
        json.dumps({}),
        json.dumps([]),
        json.dumps({**posted(), "more": 1}),
        json.dumps({**posted(), "path": 3}),
        json.dumps({**posted(), "path": ""}),
        json.dumps(broken(cells=None)),
        json.dumps(broken(cells=[3])),
        json.dumps(
            broken(cells=[{"id": "a", "cell_type": "code", "source": ["x"], "metadata": {}}])
        ),
        json.dumps(broken(metadata=[])),
        json.dumps(broken(nbformat="4")),
        json.dumps(broken(cells=[posted()["notebook"]["cells"][0]] * 20_001)),
    ],
    ids=range(15),
)
async def test_what_is_no_document_is_told_so(ask: Ask, body: str) -> None:
    status, problem = await ask("analyze", body=body)
    assert status == 400
    assert "Traceback" not in problem["message"]
    assert len(problem["message"]) < 500


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"path": "n.ipynb"},
        {"path": "n.ipynb", "run": 1, "force": False},
        {"path": "n.ipynb", "run": True, "force": False, "kernel": "/bin/sh"},
        {"path": "n.ipynb", "run": True, "force": False, "kernel": "../python"},
        {"path": "n.ipynb", "run": True, "force": False, "output": "/tmp/x"},
        [],
        "x" * 100_000,
    ],
)
async def test_what_is_no_order_is_told_so(ask: Ask, order: object) -> None:
    assert (await ask("convert", values=order))[0] in (400, 413)
    assert (await ask("jobs"))[1] == {"jobs": []}


@pytest.mark.parametrize(("path", "status"), [("gone.ipynb", 404), ("folder", 400)])
async def test_only_notebooks_are_converted(
    ask: Ask, jp_root_dir: Path, path: str, status: int
) -> None:
    (jp_root_dir / "folder").mkdir()
    order = {"path": path, "run": False, "force": False}
    assert (await ask("convert", values=order))[0] == status


async def test_unknown_jobs(ask: Ask) -> None:
    for id_, status in (("0" * 32, 404),):
        assert (await ask("jobs", id_))[0] == status
        assert (await ask("jobs", id_, method="DELETE"))[0] == status


async def test_settings_are_a_schema_without_references(ask: Ask) -> None:
    _, found = await ask("settings")
    assert "$ref" not in json.dumps(found)
    assert found["schema"] == settings_schema()
    assert found["schema"]["properties"]["metrics"]["additionalProperties"]["type"] == "object"


async def test_the_example_is_put_into_a_folder_of_its_own(ask: Ask, jp_root_dir: Path) -> None:
    (jp_root_dir / "a b").mkdir()
    paths = []
    for folder in ("", "", "a b"):
        status, found = await ask("example", values={"folder": folder})
        assert status == 200
        paths.append(found["path"])
    assert len(set(paths)) == 3
    for path in paths:
        file = jp_root_dir / path
        assert (file.parent / "data" / "churn.csv").stat().st_size > 10_000
        cells = json.loads(file.read_text())["cells"]
        assert not any(cell["metadata"].get("tags") for cell in cells)
        document = posted(path=path)
        document["notebook"]["cells"] = [
            {"id": cell["id"], "cell_type": cell["cell_type"], "source": "".join(cell["source"]),
             "metadata": cell["metadata"]}
            for cell in cells
        ]  # fmt: skip
    _, suggested = await ask("suggest", values=document)
    assert {c["role"] for c in suggested["cells"]} >= {"setup", "preprocessing", "train"}
    assert (await ask("example", values={"folder": "nowhere"}))[0] == 404


def test_every_definition_of_the_schema_is_used() -> None:
    text = json.dumps(api_schema())
    answers = {"Document", "ConvertRequest", "ExampleRequest", "Problem", "Settings"}
    answers |= {"Analysis", "Suggestions", "Preview", "Jobs", "Job", "SettingsForm", "Example"}
    for name in api_schema()["$defs"]:
        assert name in answers or f'"#/$defs/{name}"' in text, name
