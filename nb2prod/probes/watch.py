"""Watches what the notebook's code does beside computing: files, network, commands, time and memory."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import Any, Dict, List, Optional, Set, Tuple

#: Files that say nothing about a notebook: caches, fonts, devices, the code of libraries.
_NOBODYS = ("/proc/", "/dev/", "/sys/", "/etc/", "/usr/share/")
_CODE = (".py", ".pyc", ".so", ".pyd", ".dll", ".dylib")
#: What databases keep beside themselves while they are open.
_PASSING = ("-journal", "-wal", "-shm")
_NOT_SEARCHED = ("__pycache__", ".ipynb_checkpoints")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
#: Files of the folder that are looked at after each cell: more would take longer than small cells.
_SEARCHED = 5_000
#: Kernels talk with their client over the loopback device.
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

#: Libraries raise thousands of other events as they load.
_HEARD = frozenset(
    "open sqlite3.connect os.rename socket.connect socket.getaddrinfo subprocess.Popen os.system".split()
)

_Stamps = Dict[str, Tuple[int, int]]


class Watch:
    """Listens to Python's audit events from its making on; `lap` gives what came since the last one.

    Libraries that open files in compiled code raise no events: the folder is compared as well.
    """

    def __init__(self) -> None:
        self._here = os.path.realpath(os.getcwd()) + os.sep
        self._libraries = tuple(
            {os.path.realpath(p) + os.sep for p in (sys.prefix, sys.base_prefix)}
        )
        self._scratch = os.path.realpath(tempfile.gettempdir()) + os.sep
        # Stamps of new files lie up to a tick of the system's clock behind.
        self._born = time.time() - 0.02
        self._on = False
        #: Files that the notebook made or emptied itself: they are no inputs.
        self._made: Set[str] = set()
        self._read: Set[str] = set()
        self._written: Set[str] = set()
        self._hosts: Set[str] = set()
        self._commands: List[str] = []
        #: As of the end of the last lap: between laps nothing of the notebook runs.
        self._stamps = self._searched()
        self._started = (0.0, 0.0)
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self._hear)

    def start(self) -> None:
        """Begins a lap."""
        self._read, self._written, self._hosts, self._commands = set(), set(), set(), []
        self._started = (time.perf_counter(), time.process_time())
        self._on = True

    def stop(self) -> None:
        """Hears nothing more until the next lap begins."""
        self._on = False

    def lap(self) -> Dict[str, Any]:
        """Ends a lap: what was done in it."""
        self.stop()
        wall, processor = self._started
        seconds, used = time.perf_counter() - wall, time.process_time() - processor
        before, found = self._stamps, self._searched()
        self._stamps = found
        if before is not None and found is not None:
            self._written.update(p for p, stamp in found.items() if before.get(p) != stamp)
            self._made.update(self._here + path for path in found if path not in before)
        return {
            "seconds": seconds,
            "processor": used,
            "memory": _peak_memory(),
            "read": sorted(self._read),
            "written": sorted(self._written),
            "hosts": sorted(self._hosts),
            "commands": self._commands,
        }

    def _hear(self, event: str, arguments: Any) -> None:
        if not self._on or event not in _HEARD:
            return
        try:
            if event == "open":
                self._opened(*arguments)
            elif event == "sqlite3.connect":
                self._connected(arguments[0])
            elif event == "os.rename":
                self._opened(arguments[1], "w", 0)
            elif event == "socket.connect":
                address = arguments[1]
                if isinstance(address, tuple):
                    self._met(address[0])
            elif event == "socket.getaddrinfo":
                self._met(arguments[0])
            elif event == "subprocess.Popen":
                words = arguments[1]
                plain = isinstance(words, (str, bytes, os.PathLike))
                self._commands.append(
                    os.fsdecode(words) if plain else " ".join(map(os.fsdecode, words))
                )
            elif event == "os.system":
                self._commands.append(os.fsdecode(arguments[0]))
        except Exception:  # noqa: BLE001 - a hook that fails would fail the notebook
            return

    def _met(self, host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if name and name not in _LOOPBACK:
            self._hosts.add(name)

    def _connected(self, database: Any) -> None:
        """A database that is there is read; whether it was written, the folder tells."""
        path = os.fsdecode(database)
        if path.startswith("file:"):
            path = path[len("file:") :].partition("?")[0]
        if path and path != ":memory:":
            self._opened(path, "r" if os.path.exists(path) else "w", 0)

    def _opened(self, path: Any, mode: Optional[str], flags: Any) -> None:
        """Notes a file that is about to be opened: what it held before is an input."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        name = os.fsdecode(path)
        if name.endswith(_CODE):
            return
        full = os.path.realpath(name)
        if full.startswith(self._here):
            shown = full[len(self._here) :]
        elif full.startswith(_NOBODYS + self._libraries) or "cache" in full.lower():
            return
        else:
            shown = full
        flags = int(flags or 0)
        if mode:
            writes, reads = any(c in mode for c in "wax+"), "r" in mode
        else:
            writes = bool(flags & _WRITING)
            reads = not flags & (os.O_WRONLY | os.O_TRUNC)
        held = os.path.isfile(full)
        own = not held or self._is_own(full)
        if reads and not own:
            self._read.add(shown)
        if not writes or os.path.isdir(full):
            return
        if not held or mode and "w" in mode or flags & os.O_TRUNC:
            self._made.add(full)
        temporary = own and shown == full and full.startswith(self._scratch)
        if not temporary:
            self._written.add(shown)

    def _is_own(self, full: str) -> bool:
        """Whether the notebook made a file itself, also a temporary one that no event told of."""
        if full in self._made:
            return True
        away = full.startswith(self._scratch) and not full.startswith(self._here)
        return away and os.stat(full).st_mtime >= self._born

    def _searched(self) -> Optional[_Stamps]:
        """When the files of the folder were written last, and their sizes; None of a vast folder."""
        found: _Stamps = {}
        for root, folders, names in os.walk(self._here):
            folders[:] = [name for name in folders if name not in _NOT_SEARCHED]
            for name in names:
                if len(found) >= _SEARCHED:
                    return None
                if not name.endswith(_CODE + _PASSING):
                    path = os.path.join(root, name)
                    try:
                        state = os.stat(path)
                    except OSError:
                        continue
                    found[path[len(self._here) :]] = (state.st_mtime_ns, state.st_size)
        return found


def _peak_memory() -> int:
    """The largest size of this process so far, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
