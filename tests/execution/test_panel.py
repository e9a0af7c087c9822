"""The panel in a real kernel, driven by the messages that a front end sends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from nb2prod.filetree import is_package
from nb2prod.notebook import read
from tests.notebooks import write

pytestmark = pytest.mark.execution

SECONDS = 60


class FrontEnd:
    """What a browser knows of the widgets: their models, kept in step by messages."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.models: dict[str, dict[str, Any]] = {}
        #: What the bars showed, one after the other.
        self.shares: list[float] = []

    def run(self, source: str) -> float:
        """Runs code in the kernel; gives the seconds that it took."""
        start = time.monotonic()
        request = self.client.execute(source)
        while True:
            reply = self.client.get_shell_msg(timeout=SECONDS)
            if reply["parent_header"]["msg_id"] == request:
                assert reply["content"]["status"] == "ok", reply["content"]
                return time.monotonic() - start

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, self.models
            self._hear(self.client.get_iopub_msg(timeout=SECONDS))

    def click(self, label: str) -> None:
        self._send(self._named(label), {"method": "custom", "content": {"event": "click"}})

    def choose(self, label: str, index: int) -> None:
        self._send(self._named(label), {"method": "update", "state": {"index": index}})

    def shows(self, words: str) -> bool:
        return any(words in str(model.get("value", "")) for model in self.models.values())

    def has(self, label: str) -> bool:
        return any(model.get("description") == label for model in self.models.values())

    def _named(self, label: str) -> str:
        self.until(lambda: self.has(label))
        return next(id_ for id_, m in self.models.items() if m.get("description") == label)

    def _send(self, id_: str, data: dict[str, Any]) -> None:
        message = self.client.session.msg("comm_msg", {"comm_id": id_, "data": data})
        self.client.shell_channel.send(message)

    def _hear(self, message: dict[str, Any]) -> None:
        content, kind = message["content"], message["msg_type"]
        if kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"]["state"])
        elif kind == "comm_close":
            self.models.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            model = self.models[content["comm_id"]]
            model.update(content["data"]["state"])
            if model.get("_model_name") == "FloatProgressModel":
                self.shares.append(model["value"])


@pytest.fixture
def front_end(tmp_path: Path, cache: Path) -> Iterator[FrontEnd]:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        yield FrontEnd(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_tag_and_convert_while_the_kernel_stays_free(front_end: FrontEnd, tmp_path: Path) -> None:
    steps = [(f"import time\ntime.sleep(0.7)\nx{n} = {n}", "preprocessing") for n in range(4)]
    path = write(tmp_path / "n.ipynb", *steps, ("total = x0 + x1 + x2 + x3", None))
    front_end.run(f"import nb2prod\np = nb2prod.panel('n.ipynb', kernel={sys.executable!r})")
    front_end.choose("5", 4)
    front_end.until(lambda: front_end.shows("Cell 5 is `train`"))
    assert read(path).cells[4].tags == ("train",)
    front_end.click("Convert")
    front_end.until(lambda: front_end.shows("cell 2 (2 of 5)"))
    # The notebook runs, and this kernel answers at once.
    assert front_end.run("1 + 1") < 1
    front_end.until(lambda: front_end.shows("identical"))
    shares = [share for share in front_end.shares if share]
    assert shares == sorted(shares)
    assert len(set(shares)) >= 6
    assert is_package(tmp_path / "n")


def test_cancel(front_end: FrontEnd, tmp_path: Path) -> None:
    write(tmp_path / "n.ipynb", ("import time\ntime.sleep(600)", "train"))
    front_end.run(f"import nb2prod\np = nb2prod.panel('n.ipynb', kernel={sys.executable!r})")
    front_end.click("Convert")
    front_end.until(lambda: front_end.shows("cell 1 (1 of 1)"))
    front_end.click("Cancel")
    front_end.until(lambda: front_end.shows("nothing was written"))
    assert [found.name for found in tmp_path.iterdir()] == ["n.ipynb"]
