"""Cuts a stream of byte chunks into lines of any size: an event may be 10 MB and come in thousands of chunks."""

from __future__ import annotations

from typing import Final

from .error import BadAnswerError

MAX_LINE: Final = 64 * 2**20
"""Bytes; far above etcd's limit for an object, and below what would endanger the process."""


class LineSplitter:
    """Takes chunks, gives whole lines without their newline. Every byte is copied at most twice."""

    def __init__(self, *, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._parts: list[bytes] = []
        self._size = 0

    def end(self) -> list[bytes]:
        """Return what is left when the stream ends without a newline, a list of one or none."""
        return self.feed(b"\n")

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that end in this chunk; blank ones are left out.

        Raises:
            BadAnswerError: a line without an end grew beyond the limit.
        """
        head, *rest = chunk.split(b"\n")
        if not rest:
            self._keep(head)
            return []
        tail = rest.pop()
        lines = [self._complete(head), *rest]
        self._keep(tail)
        return [line for line in lines if line and not line.isspace()]

    def _complete(self, head: bytes) -> bytes:
        if not self._parts:
            return head
        line = b"".join((*self._parts, head))
        self._parts.clear()
        self._size = 0
        return line

    def _keep(self, part: bytes) -> None:
        if part:
            self._parts.append(part)
            self._size += len(part)
        if self._size > self._max_line:
            raise BadAnswerError(f"a line of more than {self._max_line} bytes")
