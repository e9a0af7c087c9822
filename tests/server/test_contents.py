"""A contents manager that keeps no files: notebooks are analysed as posted, and never converted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from jupyter_server.services.contents.checkpoints import Checkpoints
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import HTTPError

from tests.notebooks import write
from tests.server.conftest import Ask
from tests.server.documents import CELLS, posted

pytestmark = pytest.mark.server


class _NoCheckpoints(Checkpoints):
    pass


class InMemory(ContentsManager):
    """Keeps what it is given in a dictionary, as managers of databases and buckets do."""

    root_dir = "/etc"  # some have one that is no folder of theirs

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kept: dict[str, dict[str, Any]] = {}

    def _checkpoints_class_default(self) -> type[Checkpoints]:
        return _NoCheckpoints

    def get(self, path: str, *_: Any, **__: Any) -> Any:
        if path.strip("/") not in self._kept:
            raise HTTPError(404, path)
        return self._kept[path.strip("/")]

    def save(self, model: Any, path: str = "") -> Any:
        now = datetime.now(timezone.utc)
        name = path.strip("/")
        kept = {"name": name, "path": name, "created": now, "last_modified": now, "writable": True}
        self._kept[name] = {"mimetype": None, "format": "json", **model, **kept}
        return self._kept[name]

    def file_exists(self, path: str) -> bool:
        return path.strip("/") in self._kept

    def dir_exists(self, path: str) -> bool:
        return path.strip("/") == ""

    def is_hidden(self, path: str) -> bool:
        return False


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    server = {**jp_server_config["ServerApp"], "contents_manager_class": InMemory}
    return {**jp_server_config, "ServerApp": server}


async def test_a_notebook_without_a_file_is_analysed_and_not_converted(
    ask: Ask, jp_serverapp: Any, jp_root_dir: Any
) -> None:
    manager = jp_serverapp.contents_manager
    assert isinstance(manager, InMemory)
    manager.save({"type": "notebook", "content": posted(*CELLS)["notebook"]}, "iris.ipynb")
    # A file of that name where files would be is another notebook.
    write(jp_root_dir / "iris.ipynb", ("x = 1", "train"))
    for path in ("iris.ipynb", "folder/iris.ipynb"):
        status, found = await ask("analyze", values=posted(*CELLS, path=path))
        assert status == 200
        assert found["plan"]["stages"]
    order = {"path": "iris.ipynb", "run": False, "force": False}
    status, problem = await ask("convert", values=order)
    assert status == 422
    assert "does not keep its notebooks as files" in problem["message"]
    assert "nb2prod convert" in problem["hint"]
    assert (await ask("jobs"))[1] == {"jobs": []}
    assert [path.name for path in jp_root_dir.iterdir()] == ["iris.ipynb"]
