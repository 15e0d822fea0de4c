"""Reads kubeconfig files and picks one context, checked before the official client's loader sees it.

The loader takes much on trust: a user that is missing makes an anonymous client, the string "false" switches
verification off, a missing file is a warning. Here every such thing is a ``ConfigError`` that names the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from ..error import ConfigError


class Cluster(msgspec.Struct, rename="kebab", omit_defaults=True):
    """A server and how to trust it."""

    server: str = ""
    certificate_authority: str | None = None
    certificate_authority_data: str | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str | None = None
    proxy_url: str | None = None


class EnvironmentVariable(msgspec.Struct):
    """One variable for a plugin."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"EnvironmentVariable({self.name!r})"


class Exec(msgspec.Struct, rename="camel", omit_defaults=True):
    """A credential plugin: a command that prints a credential."""

    command: str
    api_version: str
    args: list[str] | None = None
    env: list[EnvironmentVariable] | None = None
    install_hint: str | None = None
    interactive_mode: str | None = None
    provide_cluster_info: bool = False

    def __repr__(self) -> str:
        return f"Exec({self.command!r})"


class User(msgspec.Struct, rename="kebab", omit_defaults=True):
    """A user's credentials. Shows none of them."""

    client_certificate: str | None = None
    client_certificate_data: str | None = None
    client_key: str | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(default=None, name="tokenFile")
    username: str | None = None
    password: str | None = None
    auth_provider: dict[str, Any] | None = None
    exec: Exec | None = None
    impersonate: str | None = msgspec.field(default=None, name="as")
    impersonate_uid: str | None = msgspec.field(default=None, name="as-uid")
    impersonate_groups: list[str] | None = msgspec.field(default=None, name="as-groups")
    impersonate_extra: dict[str, list[str]] | None = msgspec.field(default=None, name="as-user-extra")

    def __repr__(self) -> str:
        return "User(…)"

    @property
    def authenticates(self) -> bool:
        """Whether any credential is configured, usable or not."""
        return any(
            (
                self.client_certificate or self.client_certificate_data,
                self.client_key or self.client_key_data,
                self.token or self.token_file,
                self.username or self.password,
                self.auth_provider,
                self.exec,
            )
        )


class Context(msgspec.Struct):
    """Which user on which cluster."""

    cluster: str = ""
    user: str | None = None


class NamedCluster(msgspec.Struct):
    """A cluster by its name."""

    name: str
    cluster: Cluster


class NamedUser(msgspec.Struct):
    """A user by its name."""

    name: str
    user: User | None = None


class NamedContext(msgspec.Struct):
    """A context by its name."""

    name: str
    context: Context


class Kubeconfig(msgspec.Struct, rename="kebab"):
    """One file, or several merged."""

    current_context: str | None = None
    contexts: list[NamedContext] | None = None
    clusters: list[NamedCluster] | None = None
    users: list[NamedUser] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """One context of ``source`` (the files, as text for messages), with paths made absolute."""

    source: str
    context: str
    cluster: Cluster
    user: User

    def builtins(self) -> dict[str, Any]:
        """Return it as a kubeconfig of one context, in plain dicts, for the official client's loader.

        A token file goes before a token, as in kubectl.
        """
        names = {"cluster": "cluster", "user": "user"}
        user = msgspec.structs.replace(self.user, token=None if self.user.token_file else self.user.token)
        return {
            "current-context": self.context,
            "contexts": [{"name": self.context, "context": names}],
            "clusters": [{"name": "cluster", "cluster": msgspec.to_builtins(self.cluster)}],
            "users": [{"name": "user", "user": msgspec.to_builtins(user)}],
        }


def select(paths: Sequence[Path], context: str | None) -> Selection:
    """Return the named context, or the current one, of these files merged as kubectl does: the first to say wins.

    Files that do not exist are passed over as long as one does.

    Raises:
        ConfigError: no file, one that cannot be read, or no such context, cluster or user.
    """
    configs = {path: config for path in paths if (config := _read(path)) is not None}
    source = os.pathsep.join(map(str, configs or paths))
    if not configs:
        raise ConfigError(f"kubeconfig {source}: no such file")
    merged = _merge(list(configs.values()))
    name = context or merged.current_context
    if not name:
        raise ConfigError(f"kubeconfig {source}: no current-context is set, and none was asked for")
    chosen = _named(source, "context", name, merged.contexts).context
    cluster = _named(source, "cluster", chosen.cluster, merged.clusters).cluster
    user = _named(source, "user", chosen.user, merged.users).user if chosen.user else None
    return Selection(source, name, cluster, user or User())


def _read(path: Path) -> Kubeconfig | None:
    try:
        content = yaml.safe_load(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"kubeconfig {path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # Not chained: the parser's own words quote the file, and what it holds is secret.
        raise ConfigError(f"kubeconfig {path}: not YAML{_position(error)}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"kubeconfig {path}: not a mapping")
    try:
        return _absolute(msgspec.convert(content, Kubeconfig), path.absolute().parent)
    except msgspec.ValidationError as error:
        raise ConfigError(f"kubeconfig {path}: {error}") from error


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _absolute(config: Kubeconfig, folder: Path) -> Kubeconfig:
    """Paths are relative to the file they stand in, a plugin's command too where it has a slash."""
    for named in config.clusters or ():
        _anchor(named.cluster, ("certificate_authority",), folder)
    for user in (named.user for named in config.users or ()):
        if user:
            _anchor(user, ("client_certificate", "client_key", "token_file"), folder)
        if user and user.exec and os.sep in user.exec.command:
            _anchor(user.exec, ("command",), folder)
    return config


def _anchor(struct: msgspec.Struct, fields: Iterable[str], folder: Path) -> None:
    for name in fields:
        value = getattr(struct, name)
        if value:
            setattr(struct, name, str(folder / value))


def _merge(configs: Sequence[Kubeconfig]) -> Kubeconfig:
    return Kubeconfig(
        current_context=next((config.current_context for config in configs if config.current_context), None),
        contexts=[item for config in configs for item in config.contexts or ()],
        clusters=[item for config in configs for item in config.clusters or ()],
        users=[item for config in configs for item in config.users or ()],
    )


N = TypeVar("N", NamedContext, NamedCluster, NamedUser)


def _named(source: str, kind: str, name: str, items: Iterable[N] | None) -> N:
    for item in items or ():
        if item.name == name:
            return item
    there = ", ".join(sorted({item.name for item in items or ()})) or "none"
    raise ConfigError(f"kubeconfig {source}: no {kind} {name!r} (there is: {there})")
