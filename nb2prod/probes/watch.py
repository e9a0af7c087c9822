"""Watches what the notebook's code does beside computing: files, network, commands, time and memory."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from typing import Any, Dict, List, Optional, Set

#: Files that say nothing about a notebook: caches, fonts, devices.
_NOBODYS = ("/proc/", "/dev/", "/sys/", "/etc/", "/usr/share/")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Watch:
    """Listens to Python's audit events from its making on; `lap` gives what came since the last one."""

    def __init__(self) -> None:
        self._here = os.path.realpath(os.getcwd()) + os.sep
        self._libraries = tuple(
            {os.path.realpath(p) + os.sep for p in (sys.prefix, sys.base_prefix)}
        )
        self._on = False
        self._read: Set[str] = set()
        self._written: Set[str] = set()
        self._hosts: Set[str] = set()
        self._commands: List[str] = []
        self._draws = _random_state()
        self._started = (0.0, 0.0)
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self._hear)

    def start(self) -> None:
        """Begins a lap."""
        self._read, self._written, self._hosts, self._commands = set(), set(), set(), []
        self._draws = _random_state()
        self._started = (time.perf_counter(), time.process_time())
        self._on = True

    def stop(self) -> None:
        """Hears nothing more until the next lap begins."""
        self._on = False

    def lap(self) -> Dict[str, Any]:
        """Ends a lap: what was done in it."""
        self.stop()
        wall, processor = self._started
        return {
            "seconds": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "memory": _peak_memory(),
            "read": sorted(self._read - self._written),
            "written": sorted(self._written),
            "hosts": sorted(self._hosts),
            "commands": self._commands,
            "drew": self._draws != _random_state(),
        }

    def _hear(self, event: str, arguments: Any) -> None:
        if not self._on:
            return
        try:
            if event == "open":
                self._opened(*arguments)
            elif event == "sqlite3.connect":
                self._opened(arguments[0], "r+", _WRITING)
            elif event == "socket.connect":
                address = arguments[1]
                # Kernels talk with their client over the loopback device.
                if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1"):
                    self._hosts.add(str(address[0]))
            elif event == "socket.getaddrinfo":
                self._hosts.add(str(arguments[0]))
            elif event in ("subprocess.Popen", "os.system"):
                self._commands.append(str(arguments[0])[:200])
        except Exception:  # noqa: BLE001 - a hook that fails would fail the notebook
            return

    def _opened(self, path: Any, mode: Optional[str], flags: Any) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        full = os.path.realpath(os.fsdecode(path))
        if full.startswith(self._here):
            shown = full[len(self._here) :]
        elif full.startswith(_NOBODYS + self._libraries) or "cache" in full.lower():
            return
        else:
            shown = full
        if shown.endswith((".pyc", ".py")) or os.path.isdir(full):
            return
        writes = any(c in mode for c in "wax+") if mode else bool(int(flags or 0) & _WRITING)
        (self._written if writes else self._read).add(shown)


def _random_state() -> List[str]:
    """Fingerprints of the random states that everybody shares."""
    found = []
    if "random" in sys.modules:
        found.append(_digest(sys.modules["random"].getstate()))
    numpy = sys.modules.get("numpy")
    if numpy is not None and "numpy.random" in sys.modules:
        _name, keys, *rest = numpy.random.get_state()
        found.append(hashlib.sha1(keys.tobytes()).hexdigest() + repr(rest))
    return found


def _digest(value: Any) -> str:
    return hashlib.sha1(repr(value).encode()).hexdigest()


def _peak_memory() -> int:
    """The largest size of this process so far, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
