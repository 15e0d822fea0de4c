"""From a kubeconfig or a pod's account to the headers and TLS of each request, kept fresh."""

from __future__ import annotations

import base64
import logging
import ssl
from pathlib import Path
from typing import Any

import pytest

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.kube.credential import RELOAD_SECONDS, Credential
from longhorn_cr_exporter.kube.loader import load_credential
from longhorn_cr_exporter.kube.options import ClusterOptions
from longhorn_cr_exporter.model.time import format_time
from unit.kube.certificate import Authority
from unit.kube.configured import kubeconfig, plugin, runs
from unit.kube.scripted import Clock


def credential_of(path: Path, clock: Clock | None = None) -> Credential:
    """Return the credential of a kubeconfig's current context."""
    return load_credential(ClusterOptions(kubeconfig=path), {}, clock=clock or Clock())


async def headers(path: Path) -> list[tuple[str, str]]:
    """Return the headers of a request by this kubeconfig."""
    return list((await credential_of(path).access()).headers)


def basic(text: str) -> str:
    """Return the value of an Authorization header."""
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        pytest.param({"token": "abc"}, [("Authorization", "Bearer abc")], id="token"),
        pytest.param({"token": "abc\n"}, [("Authorization", "Bearer abc")], id="token with a newline"),
        pytest.param({"tokenFile": "t"}, [("Authorization", "Bearer from-file")], id="token file"),
        pytest.param({"tokenFile": "t", "token": "abc"}, [("Authorization", "Bearer from-file")], id="file goes first"),
        pytest.param({"username": "u", "password": "p"}, [("Authorization", basic("u:p"))], id="password"),
        pytest.param(
            {"auth-provider": {"name": "oidc", "config": {"id-token": "e30.e30.x"}}},
            [("Authorization", "Bearer e30.e30.x")],
            id="OIDC",
        ),
        pytest.param({}, [], id="a user without credentials"),
        pytest.param(
            {"token": "t", "as": "bob", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Ex/Key": ["v"]}},
            [
                ("Impersonate-User", "bob"),
                ("Impersonate-Uid", "7"),
                ("Impersonate-Group", "a"),
                ("Impersonate-Group", "b"),
                ("Impersonate-Extra-ex%2fkey", "v"),
                ("Authorization", "Bearer t"),
            ],
            id="impersonation",
        ),
    ],
)
async def test_headers(tmp_path: Path, user: object, expected: list[tuple[str, str]]) -> None:
    """Each way to authenticate gives its header."""
    (tmp_path / "t").write_text("from-file\n")
    assert await headers(kubeconfig(tmp_path / "config", user=user)) == expected


async def test_context_without_a_user(tmp_path: Path) -> None:
    """Who names no user wants none."""
    path = kubeconfig(tmp_path / "config", context={"cluster": "c"})
    assert await headers(path) == []


@pytest.mark.parametrize(
    ("user", "message"),
    [
        pytest.param({"username": "u"}, "its user has credentials, and none of them can be used", id="no password"),
        pytest.param({"tokenFile": "empty"}, "its user has credentials, and none of them", id="empty token file"),
        pytest.param({"tokenFile": "missing"}, "[Errno 2] No such file or directory: '{folder}/missing'", id="no file"),
        pytest.param({"token": "s3cret\nx: y"}, "its token holds characters that no token has", id="newline within"),
        pytest.param({"client-key": "missing"}, "File does not exists: {folder}/missing", id="no key file"),
        pytest.param(
            {"client-certificate": "empty", "client-key": "empty"},
            "client certificate {folder}/empty, key {folder}/empty: not usable as PEM",
            id="no certificate",
        ),
        pytest.param({"client-key-data": "czNjcmV0"}, "its user has credentials, and none of them", id="key alone"),
        pytest.param(
            {"client-certificate-data": "s3cret!"}, "one of its ...-data values is not base64", id="no base64"
        ),
        pytest.param({"auth-provider": {"name": "oidc"}}, "not usable (ValueError)", id="OIDC without configuration"),
        pytest.param({"auth-provider": {"name": "azure"}}, "its user has credentials, and none", id="unknown provider"),
    ],
)
async def test_credential_that_cannot_be_had_is_an_error(tmp_path: Path, user: object, message: str) -> None:
    """Never does a user with credentials become an anonymous one; and no secret is quoted."""
    (tmp_path / "empty").write_text("")
    path = kubeconfig(tmp_path / "config", user=user)
    with pytest.raises(ConfigError) as caught:
        await credential_of(path).access()
    assert str(caught.value).startswith(f"kubeconfig {path}, context 'main': " + message.format(folder=tmp_path))
    assert "s3cret" not in str(caught.value)


async def test_failing_plugin_is_an_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The official client would log it and go on anonymously."""
    path = kubeconfig(tmp_path / "config", user={"exec": {"command": "/bin/false", "apiVersion": "v1"}})
    with pytest.raises(ConfigError, match=r"^kubeconfig .*/config: exec plugin /bin/false failed with exit status 1$"):
        await credential_of(path).access()
    assert caplog.records == []


async def test_failure_is_shared_for_a_while(tmp_path: Path) -> None:
    """Eleven watches that ask at the same time do not each wait for a plugin that fails."""
    clock = Clock()
    path = kubeconfig(tmp_path / "config", user={"exec": plugin(tmp_path / "plugin", {}, {"token": "t"})})
    credential = credential_of(path, clock)
    for _ in range(3):
        with pytest.raises(ConfigError, match="neither a token nor a certificate"):
            await credential.access()
    assert runs(tmp_path / "plugin") == 1
    clock.now += RELOAD_SECONDS
    assert (await credential.access()).headers == (("Authorization", "Bearer t"),)


@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        pytest.param({"server": "10.0.0.1:6443"}, "server '10.0.0.1:6443' is no URL of the form", id="no scheme"),
        pytest.param({"server": "https://"}, "server 'https:' is no URL", id="no host"),
        pytest.param({"server": "https://a:port"}, "server 'https://a:port' is no URL", id="no port"),
        pytest.param({}, "server '' is no URL", id="no server"),
        pytest.param(
            {"server": "https://a", "certificate-authority": "missing"},
            "File does not exists: {folder}/missing",
            id="no CA file",
        ),
        pytest.param(
            {"server": "https://a", "certificate-authority": "empty"},
            "CA file {folder}/empty: not usable as PEM",
            id="CA file without a certificate",
        ),
        pytest.param(
            {"server": "https://a", "certificate-authority-data": "AAA"}, "one of its ...-data", id="CA no base64"
        ),
        pytest.param(
            {"server": "https://a", "proxy-url": "socks5://p"}, "its proxy is not one for HTTP", id="SOCKS proxy"
        ),
    ],
)
async def test_cluster_that_cannot_be_used(tmp_path: Path, cluster: object, message: str) -> None:
    """The error names the file and the context."""
    (tmp_path / "empty").write_text("")
    path = kubeconfig(tmp_path / "config", cluster=cluster)
    with pytest.raises(ConfigError) as caught:
        await credential_of(path).access()
    assert str(caught.value).startswith(f"kubeconfig {path}, context 'main': " + message.format(folder=tmp_path))


async def test_cluster_options(tmp_path: Path, authority: Authority) -> None:
    """Server name, verification, CA and proxy arrive in the access."""
    cluster: dict[str, Any] = {"server": "https://a/", "tls-server-name": "b", "proxy-url": "http://u:s3cret@p:3128"}
    cluster["certificate-authority"] = str(authority.certificate)
    access = await credential_of(kubeconfig(tmp_path / "config", cluster=cluster)).access()
    assert (access.server, access.server_name, access.proxy) == ("https://a", "b", "http://u:s3cret@p:3128")
    assert access.tls is not None
    assert access.tls.verify_mode == ssl.CERT_REQUIRED
    assert not access.tls.verify_flags & ssl.VERIFY_X509_STRICT
    assert "s3cret" not in repr(access)
    assert "t0ken" not in repr(access)


async def test_verification_switched_off(tmp_path: Path) -> None:
    """Only where the file says so."""
    path = kubeconfig(tmp_path / "config", cluster={"server": "https://a", "insecure-skip-tls-verify": True})
    access = await credential_of(path).access()
    assert access.tls is not None
    assert (access.tls.verify_mode, access.tls.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize(
    ("no_proxy", "expected"), [pytest.param("", "http://p:1", id="used"), pytest.param("a", None, id="excepted")]
)
async def test_proxy_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_proxy: str, expected: str | None
) -> None:
    """As kubectl does, where the file names none."""
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    access = await credential_of(kubeconfig(tmp_path / "config", cluster={"server": "https://a:6443"})).access()
    assert access.proxy == expected


async def test_token_file_is_read_again(tmp_path: Path) -> None:
    """A rotated token is used soon, and at once when the old one is refused."""
    clock, file = Clock(), tmp_path / "token"
    file.write_text("one")
    credential = credential_of(kubeconfig(tmp_path / "config", user={"tokenFile": str(file)}), clock)
    first = await credential.access()
    file.write_text("two")
    assert await credential.access() is first
    clock.now += RELOAD_SECONDS
    assert (await credential.access()).headers == (("Authorization", "Bearer two"),)
    file.write_text("three")
    assert (await credential.renew(await credential.access())).headers == (("Authorization", "Bearer three"),)


async def test_access_that_is_lost_is_not_used_on(tmp_path: Path) -> None:
    """A credential that can no longer be had is an error until it is back, not the old one in silence."""
    clock, file = Clock(), tmp_path / "token"
    file.write_text("one")
    credential = credential_of(kubeconfig(tmp_path / "config", user={"tokenFile": str(file)}), clock)
    await credential.access()
    file.unlink()
    clock.now += RELOAD_SECONDS
    for _ in range(2):
        with pytest.raises(ConfigError, match="No such file or directory"):
            await credential.access()
    file.write_text("two")
    clock.now += RELOAD_SECONDS
    assert (await credential.access()).headers == (("Authorization", "Bearer two"),)


async def test_kubeconfig_is_read_again_when_its_token_is_refused(tmp_path: Path) -> None:
    """Somebody may have logged in anew in the meantime."""
    path = kubeconfig(tmp_path / "config", user={"token": "old"})
    credential = credential_of(path)
    refused = await credential.access()
    assert await credential.renew(refused) == refused
    kubeconfig(path, user={"token": "new"})
    assert (await credential.renew(refused)).headers == (("Authorization", "Bearer new"),)
    kubeconfig(path, users=[])
    with pytest.raises(ConfigError, match="no user 'u'"):
        await credential.renew(await credential.access())


async def test_renewal_runs_the_plugin_once_for_all(tmp_path: Path) -> None:
    """All whose request was refused with the same token get the one new token."""
    path = kubeconfig(tmp_path / "config", user={"exec": plugin(tmp_path / "plugin", *[{"token": t} for t in "abc"])})
    credential = credential_of(path)
    refused = await credential.access()
    renewed = [await credential.renew(refused) for _ in range(5)]
    assert {access.headers for access in renewed} == {(("Authorization", "Bearer b"),)}
    assert runs(tmp_path / "plugin") == 2


async def test_tls_context_is_kept_while_the_files_are_the_same(tmp_path: Path, authority: Authority) -> None:
    """Connections are reused within one context only; a rotated certificate makes a new one."""
    clock = Clock()
    certificate, key = tmp_path / "me.crt", tmp_path / "me.key"
    issue = authority.issue("one")
    certificate.write_bytes(issue.certificate.read_bytes())
    key.write_bytes(issue.key.read_bytes())
    user = {"client-certificate": "me.crt", "client-key": "me.key"}
    credential = credential_of(kubeconfig(tmp_path / "config", user=user), clock)
    first = await credential.access()
    clock.now += RELOAD_SECONDS
    second = await credential.access()
    assert second is not first
    assert second == first
    issue = authority.issue("two")
    certificate.write_bytes(issue.certificate.read_bytes())
    key.write_bytes(issue.key.read_bytes())
    clock.now += RELOAD_SECONDS
    assert (await credential.access()).tls is not first.tls


async def test_encrypted_key(tmp_path: Path, authority: Authority) -> None:
    """A key with a password is an error; nobody is asked for it at the terminal."""
    pair = authority.locked(authority.issue("locked"), "s3cret")
    user = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
    with pytest.raises(ConfigError, match=rf"client certificate .*, key {pair.key}: not usable as PEM"):
        await credential_of(kubeconfig(tmp_path / "config", user=user)).access()


async def test_plugin_certificate_is_renewed_and_the_old_file_removed(tmp_path: Path, authority: Authority) -> None:
    """A plugin's certificate is used until it expires; its key does not stay on the disk after that."""
    clock = Clock()
    pairs = [authority.issue("plugin-one"), authority.issue("plugin-two")]
    statuses = [
        {
            "clientCertificateData": pair.certificate.read_text(),
            "clientKeyData": pair.key.read_text(),
            "expirationTimestamp": format_time(clock.now + 600 * (number + 1)),
        }
        for number, pair in enumerate(pairs)
    ]
    path = kubeconfig(tmp_path / "config", user={"exec": plugin(tmp_path / "plugin", *statuses)})
    credential = credential_of(path, clock)
    first = await credential.access()
    clock.now += 100
    assert (await credential.access()).tls is first.tls
    clock.now += 500
    assert (await credential.access()).tls is not first.tls
    assert runs(tmp_path / "plugin") == 2


def account(folder: Path, authority: Authority, token: str = "pod") -> dict[str, str]:
    """Write a service account's files and return the environment of a pod."""
    folder.mkdir(exist_ok=True)
    (folder / "token").write_text(token)
    (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
    return {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


async def test_in_a_pod(tmp_path: Path, authority: Authority) -> None:
    """The service account is used, and its token read again."""
    clock = Clock()
    environ = account(tmp_path / "account", authority)
    credential = load_credential(ClusterOptions(service_account=tmp_path / "account"), environ, clock=clock)
    access = await credential.access()
    assert access.server == "https://10.0.0.1:443"
    assert [value.lower() for _, value in access.headers] == ["bearer pod"]
    (tmp_path / "account" / "token").write_text("rotated\n")
    clock.now += RELOAD_SECONDS
    assert [value.lower() for _, value in (await credential.access()).headers] == ["bearer rotated"]


async def test_in_a_pod_without_an_account(tmp_path: Path) -> None:
    """A pod without a mounted account is told so."""
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}
    credential = load_credential(ClusterOptions(service_account=tmp_path), environ)
    with pytest.raises(ConfigError, match=rf"^service account in {tmp_path}: Service token file does not exist"):
        await credential.access()


async def test_what_is_named_goes_before_the_pod(tmp_path: Path, authority: Authority) -> None:
    """A kubeconfig by option or by $KUBECONFIG, or a context, is meant even within a pod."""
    environ = account(tmp_path / "account", authority)
    path = kubeconfig(tmp_path / "config")
    options = ClusterOptions(kubeconfig=path, service_account=tmp_path / "account")
    by_variable = environ | {"KUBECONFIG": f"{tmp_path}/missing:{path}"}
    for credential in (load_credential(options, environ), load_credential(ClusterOptions(), by_variable)):
        assert (await credential.access()).server == "https://127.0.0.1:1"
    kubeconfig(tmp_path / "home" / ".kube" / "config", cluster={"server": "https://home"})
    assert (await load_credential(ClusterOptions(context="main"), environ).access()).server == "https://home"


async def test_home_outside_of_a_pod(tmp_path: Path) -> None:
    """Without anything named it is ~/.kube/config; without that, the error names it."""
    with pytest.raises(ConfigError, match=rf"^kubeconfig {tmp_path}/home/\.kube/config: no such file$"):
        load_credential(ClusterOptions(), {})
    kubeconfig(tmp_path / "home" / ".kube" / "config", cluster={"server": "https://home"})
    assert (await load_credential(ClusterOptions(), {}).access()).server == "https://home"


async def test_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The official client's debug lines hold no token."""
    with caplog.at_level(logging.DEBUG):
        await headers(kubeconfig(tmp_path / "config", user={"token": "s3cret"}))
    assert "s3cret" not in caplog.text
