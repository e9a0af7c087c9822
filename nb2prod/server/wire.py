"""Messages between the server and its workers: a small head as JSON, and bytes."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

_SIZES = struct.Struct(">IQ")


def send(stream: IO[bytes], head: dict[str, Any], body: bytes) -> None:
    """Writes one message."""
    text = json.dumps(head).encode()
    stream.write(_SIZES.pack(len(text), len(body)))
    stream.write(text)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Reads one message; raises `EOFError` where the other side is gone."""
    sizes = _SIZES.unpack(_exactly(stream, _SIZES.size))
    head: dict[str, Any] = json.loads(_exactly(stream, sizes[0]))
    return head, _exactly(stream, sizes[1])


def _exactly(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found
