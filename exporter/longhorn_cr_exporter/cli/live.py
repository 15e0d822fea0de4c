"""Judging a cluster once: every resource is listed, nothing is watched."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..error import ApiError, InputError
from ..exporter import Exporter
from ..kube.connection import Connection, connect
from ..kube.decode import ListDecoder
from ..kube.error import ForbiddenError, NotFoundError, UnauthorizedError, UnreachableError
from ..kube.list import Listing, list_whole
from ..kube.options import ClusterOptions
from ..kube.report import Report
from ..kube.retry import RetryPolicy
from ..model.resource import RESOURCES, SETTINGS, Resource
from .run import new_exporter

_ATTEMPTS: Final = 4
_LONGHORNS: Final = tuple(resource for resource in RESOURCES if resource.group == "longhorn.io")
_CHANCE: Final = 0.5  # of the back-off's jitter: one person's command comes back in nobody's company
_POLICY: Final = RetryPolicy(max_retry_after=10.0)
_FINAL: Final = (ForbiddenError, NotFoundError, UnauthorizedError, UnreachableError)
"""What no second attempt changes while a person waits: refusals, and a server that is not there."""

Sleep = Callable[[float], Awaitable[None]]


async def judged_now(
    options: ClusterOptions, *, namespace: str, at: float | None, version_override: str | None, timeout_seconds: float
) -> Exporter:
    """Read a cluster once and judge it at ``at`` (Unix seconds), by default now.

    Raises:
        ConfigError: the kubeconfig or the credential cannot be used.
        ApiError: as ``read_cluster``.
    """
    exporter = new_exporter(time.time if at is None else lambda: at, version_override)
    async with connect(options) as connection:
        await read_cluster(exporter, connection, namespace, timeout_seconds=timeout_seconds)
    while not exporter.advance(sys.maxsize):
        pass
    return exporter


async def read_cluster(
    exporter: Exporter,
    connection: Connection,
    namespace: str,
    *,
    timeout_seconds: float,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """List every resource once into the exporter. One that is forbidden or not installed is left out, and told so.

    Raises:
        ApiError: another list cannot be had, or none at all, or not within ``timeout_seconds``; one line says what.
        InputError: the namespace holds nothing of Longhorn's. Nothing found in the wrong namespace is no answer.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            await _read_all(exporter, connection, namespace, sleep)
    except TimeoutError as error:
        missing = ", ".join(name for name, contact in exporter.contacts.items() if not contact.settled)
        raise ApiError(f"not read within {timeout_seconds:g} s: {missing}") from error
    if not any(contact.up for contact in exporter.contacts.values()):
        name, contact = next(iter(exporter.contacts.items()))
        raise ApiError(f"nothing can be read; {name}: {contact.problem}")
    if exporter.state.known(SETTINGS) and not any(map(exporter.state.count, _LONGHORNS)):
        raise InputError(f"namespace {namespace} holds nothing of Longhorn's; say where it is, with --namespace")


async def _read_all(exporter: Exporter, connection: Connection, namespace: str, sleep: Sleep) -> None:
    with _progress(len(RESOURCES)) as advance:
        readings = (_read(one, exporter, connection, namespace, sleep=sleep, advance=advance) for one in RESOURCES)
        outcomes = await asyncio.gather(*readings, return_exceptions=True)
    failed = next((outcome for outcome in outcomes if outcome is not None), None)
    if failed is not None:
        raise failed


async def _read(
    resource: Resource,
    exporter: Exporter,
    connection: Connection,
    namespace: str,
    *,
    sleep: Sleep,
    advance: Callable[[], None],
) -> None:
    contact = exporter.contacts[resource.name]
    report = Report(resource, contact, exporter.clock)
    try:
        listing = await _list(connection, resource, namespace, sleep)
    except (ForbiddenError, NotFoundError) as error:
        report.list_failed(error)
        contact.problem = str(error)
    except ApiError as error:
        raise ApiError(f"{resource.name}: {error}") from error
    else:
        exporter.replace(resource, listing.objects, exporter.clock())
        report.listed(listing.unreadable)
        contact.up = True
    advance()


async def _list(connection: Connection, resource: Resource, namespace: str, sleep: Sleep) -> Listing:
    """List one resource; again where the server refuses for a moment only."""
    path, decoder = resource.path(namespace), ListDecoder(resource)
    for failures in range(_ATTEMPTS - 1):
        try:
            return await list_whole(connection, path, decoder)
        except _FINAL:
            raise
        except ApiError as error:
            await sleep(_POLICY.delay(error, failures=failures, random=_CHANCE, now=time.time()))
    return await list_whole(connection, path, decoder)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show on a terminal how many resources are read; it is gone when all are."""
    console = Console(stderr=True)
    columns = (TextColumn("reading the cluster"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda: bar.advance(task)
