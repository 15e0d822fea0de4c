"""Where the credential comes from: a kubeconfig or a pod's service account, by the official client's loaders."""

from __future__ import annotations

import os
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kubernetes.aio.client import Configuration
from kubernetes.aio.config.incluster_config import InClusterConfigLoader
from kubernetes.aio.config.kube_config import FileOrData, KubeConfigLoader

from .access import Headers
from .credential import Credential
from .kubeconfig import Selection, User, select
from .options import ClusterOptions
from .plugin import Plugin


def load_credential(
    options: ClusterOptions, environ: Mapping[str, str], *, clock: Callable[[], float] = time.time
) -> Credential:
    """Return the credential that the options and the environment point to; nothing is asked for yet.

    A kubeconfig or a context that is named, in the options or by $KUBECONFIG, counts first, then the service account
    of a pod, then ``~/.kube/config``.

    Raises:
        ConfigError: a kubeconfig that cannot be used.
    """
    paths = _kubeconfig_paths(options, environ)
    if paths is None and options.context is None and environ.get("KUBERNETES_SERVICE_HOST"):
        return Credential(ServiceAccount(options.service_account, environ), clock=clock)
    paths = paths or [Path.home() / ".kube" / "config"]
    return Credential(ChosenContext(paths, options.context, clock=clock), clock=clock)


def _kubeconfig_paths(options: ClusterOptions, environ: Mapping[str, str]) -> list[Path] | None:
    if options.kubeconfig is not None:
        return [Path(options.kubeconfig).expanduser()]
    names = [name for name in environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    return [Path(name).expanduser() for name in names] or None


class ServiceAccount:
    """A pod's service account; its token is read anew at each load."""

    headers: Headers = ()
    authenticates = True

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.name = f"service account in {folder}"
        self._folder = folder
        self._environ = environ

    async def load(self, configuration: Configuration) -> None:
        """Fill in server, CA and token."""
        loader = InClusterConfigLoader(
            token_filename=str(self._folder / "token"),
            cert_filename=str(self._folder / "ca.crt"),
            try_refresh_token=False,
            environ=self._environ,
        )
        loader.load_and_set(configuration)

    def forget(self) -> None:
        """Nothing is kept."""


class ChosenContext:
    """A context of a kubeconfig; the files are read once more when the server refuses what they gave."""

    def __init__(self, paths: Sequence[Path], context: str | None, *, clock: Callable[[], float]) -> None:
        self._paths = paths
        self._context = context
        self._clock = clock
        self._refused = False
        self._take(select(paths, context))

    async def load(self, configuration: Configuration) -> None:
        """Fill in server, TLS and credential: token files are read anew, a plugin runs when its credential expires."""
        if self._refused:
            self._look_again()
        await self._loader.load_and_set(configuration)

    def forget(self) -> None:
        """Look at the files again, for somebody may have logged in anew, and run the plugin again."""
        self._refused = True

    def _look_again(self) -> None:
        selection = select(self._paths, self._context)
        if selection != self._selection:
            self._take(selection)
        elif self._plugin:
            self._plugin.forget()
        self._refused = False

    def _take(self, selection: Selection) -> None:
        user = selection.user
        self.name = f"kubeconfig {selection.source}, context {selection.context!r}"
        self.headers = _impersonation(user)
        self.authenticates = user.authenticates
        self._selection = selection
        self._plugin = (
            Plugin(user.exec, selection.cluster, source=selection.source, clock=self._clock) if user.exec else None
        )
        self._loader: KubeConfigLoader = _Loader(selection, self._plugin)


class _Loader(KubeConfigLoader):
    """The official loader, with a plugin that either gives a credential or raises."""

    def __init__(self, selection: Selection, plugin: Plugin | None) -> None:
        super().__init__(config_dict=selection.builtins())  # type: ignore[no-untyped-call]
        self._plugin = plugin

    async def load_from_exec_plugin(self) -> bool:
        """Take the plugin's token, certificate or both."""
        if self._plugin is None:
            return False
        credential = await self._plugin.credential()
        if credential.token:
            self.token = f"Bearer {credential.token}"
        if credential.client_certificate_data:
            self.cert_file = self._replaced("cert_file", credential.client_certificate_data)
            self.key_file = self._replaced("key_file", credential.client_key_data)
        return True

    def _replaced(self, attribute: str, pem: str | None) -> str:
        """Write the PEM as the client writes inline ones (private, removed at exit), and drop the file before it."""
        file = str(FileOrData({"pem": pem}, "", data_key_name="pem", base64_file_content=False).as_file())
        before = vars(self).get(attribute)
        if before and before != file:
            Path(before).unlink(missing_ok=True)
        return file


def _impersonation(user: User) -> Headers:
    """Kubernetes' headers for ``as``, ``as-uid``, ``as-groups`` and ``as-user-extra``, which the loader passes over."""
    named = {"Impersonate-User": user.impersonate, "Impersonate-Uid": user.impersonate_uid}
    groups = [("Impersonate-Group", group) for group in user.impersonate_groups or ()]
    extra = [
        (f"Impersonate-Extra-{urllib.parse.quote(key, safe='').lower()}", value)
        for key, values in (user.impersonate_extra or {}).items()
        for value in values
    ]
    return (*((name, value) for name, value in named.items() if value), *groups, *extra)
