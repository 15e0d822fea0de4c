"""Where the credential comes from: a kubeconfig or a pod's service account, by the official client's loaders."""

from __future__ import annotations

import os
import time
import urllib.parse
from collections.abc import Callable, Mapping
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
        return _in_cluster(options.service_account, environ, clock)
    return _of_kubeconfig(select(paths or [Path.home() / ".kube" / "config"], options.context), clock)


def _kubeconfig_paths(options: ClusterOptions, environ: Mapping[str, str]) -> list[Path] | None:
    if options.kubeconfig is not None:
        return [Path(options.kubeconfig).expanduser()]
    names = [name for name in environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    return [Path(name).expanduser() for name in names] or None


def _of_kubeconfig(selection: Selection, clock: Callable[[], float]) -> Credential:
    user = selection.user
    source = f"kubeconfig {selection.source}, context {selection.context!r}"
    plugin = Plugin(user.exec, selection.cluster, source=selection.source, clock=clock) if user.exec else None
    loader = _Loader(selection, plugin)
    return Credential(
        loader.load_and_set,
        source=source,
        forget=plugin.forget if plugin else lambda: None,
        headers=_impersonation(user),
        authenticates=user.authenticates,
        clock=clock,
    )


def _in_cluster(folder: Path, environ: Mapping[str, str], clock: Callable[[], float]) -> Credential:
    async def load(configuration: Configuration) -> None:
        loader = InClusterConfigLoader(
            token_filename=str(folder / "token"),
            cert_filename=str(folder / "ca.crt"),
            try_refresh_token=False,  # a new loader each time reads the file anyway
            environ=environ,
        )
        loader.load_and_set(configuration)

    return Credential(load, source=f"service account in {folder}", clock=clock)


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
