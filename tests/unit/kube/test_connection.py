"""HTTP to the API server: TLS, credentials and errors, over real sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.kube.connection import Connection, connect
from longhorn_cr_exporter.kube.error import SilentError, UnauthorizedError, UnreachableError
from longhorn_cr_exporter.kube.options import ClusterOptions
from unit.kube.certificate import Authority
from unit.kube.configured import kubeconfig, plugin, runs
from unit.kube.scripted import mute, plain, serving


@asynccontextmanager
async def secure(context: ssl.SSLContext | None, accepted: tuple[str, ...] = ()) -> AsyncIterator[str]:
    """Serve who asked, at https where there is a context; only tokens that are ``accepted``, where there are any."""

    async def answer(request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "")
        if accepted and token.removeprefix("Bearer ") not in accepted:
            return web.json_response({"kind": "Status", "reason": "Unauthorized", "message": "who?"}, status=401)
        peer = request.get_extra_info("peercert") or {}
        name = "".join(value for ((key, value),) in peer.get("subject", ()) if key == "commonName")
        return web.json_response({"token": token, "certificate": name, "server": request.host})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"{'https' if context else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(answer: bytes) -> AsyncIterator[str]:
    """Answer these bytes to the first line of whatever is asked; yield host and port."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(reply, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def asked(path: Path) -> bytes:
    """Return what the server of this kubeconfig answers."""
    async with connect(ClusterOptions(kubeconfig=path)) as connection, connection.get("/", {}) as answer:
        return await answer.read()


async def test_trusted_server(tmp_path: Path, authority: Authority) -> None:
    """A server with a certificate of the CA and the right name is talked to."""
    context = authority.server_context(authority.issue("server", "IP:127.0.0.1"))
    async with secure(context) as url:
        cluster = {"server": url, "certificate-authority": str(authority.certificate)}
        assert b"Bearer t0ken" in await asked(kubeconfig(tmp_path / "config", cluster=cluster))


async def test_server_of_another_authority(tmp_path: Path, authority: Authority) -> None:
    """The error names the server and says why."""
    other = Authority(tmp_path / "other")
    async with secure(other.server_context(other.issue("server", "IP:127.0.0.1"))) as url:
        cluster = {"server": url, "certificate-authority": str(authority.certificate)}
        with pytest.raises(UnreachableError) as caught:
            await asked(kubeconfig(tmp_path / "config", cluster=cluster))
        assert str(caught.value).startswith(f"{url}: its certificate is not trusted: ")


async def test_server_of_another_name(tmp_path: Path, authority: Authority) -> None:
    """The name in the certificate must fit, unless another is given for it."""
    async with secure(authority.server_context(authority.issue("server", "DNS:api.example"))) as url:
        cluster = {"server": url, "certificate-authority": str(authority.certificate)}
        with pytest.raises(UnreachableError, match=r"its certificate is not trusted: IP address mismatch"):
            await asked(kubeconfig(tmp_path / "config", cluster=cluster))
        cluster["tls-server-name"] = "api.example"
        assert b"t0ken" in await asked(kubeconfig(tmp_path / "config", cluster=cluster))


async def test_unverified_server(tmp_path: Path) -> None:
    """Where verification is switched off, anybody is talked to."""
    other = Authority(tmp_path / "other")
    async with secure(other.server_context(other.issue("server"))) as url:
        cluster = {"server": url, "insecure-skip-tls-verify": True}
        assert b"t0ken" in await asked(kubeconfig(tmp_path / "config", cluster=cluster))


async def test_client_certificate(tmp_path: Path, authority: Authority) -> None:
    """A client certificate says who asks."""
    context = authority.server_context(authority.issue("server", "IP:127.0.0.1"), ask_for_client=True)
    pair = authority.issue("operator")
    async with secure(context) as url:
        cluster = {"server": url, "certificate-authority": str(authority.certificate)}
        user = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
        assert b'"certificate": "operator"' in await asked(kubeconfig(tmp_path / "config", cluster=cluster, user=user))


async def test_certificate_of_a_plugin(tmp_path: Path, authority: Authority) -> None:
    """A plugin may give a certificate in place of a token."""
    context = authority.server_context(authority.issue("server", "IP:127.0.0.1"), ask_for_client=True)
    pair = authority.issue("plugged")
    status = {"clientCertificateData": pair.certificate.read_text(), "clientKeyData": pair.key.read_text()}
    async with secure(context) as url:
        cluster = {"server": url, "certificate-authority": str(authority.certificate)}
        user = {"exec": plugin(tmp_path / "plugin", status)}
        assert b'"certificate": "plugged"' in await asked(kubeconfig(tmp_path / "config", cluster=cluster, user=user))


async def test_plain_http_to_a_tls_port(tmp_path: Path, authority: Authority) -> None:
    """A wrong scheme ends in an error of ours, either way round."""
    async with secure(authority.server_context(authority.issue("server"))) as url:
        with pytest.raises(UnreachableError):
            await asked(kubeconfig(tmp_path / "config", cluster={"server": url.replace("https", "http")}))
    async with secure(None) as url:
        with pytest.raises(UnreachableError, match=r": TLS failed \("):
            await asked(kubeconfig(tmp_path / "config", cluster={"server": url.replace("http", "https")}))


async def test_refused_token_is_renewed_once(tmp_path: Path) -> None:
    """A 401 makes the plugin run again; what it gives then is used for the same request."""
    user = {"exec": plugin(tmp_path / "plugin", {"token": "old"}, {"token": "new"})}
    async with secure(None, accepted=("new",)) as url:
        path = kubeconfig(tmp_path / "config", cluster={"server": url}, user=user)
        assert b"Bearer new" in await asked(path)
    assert runs(tmp_path / "plugin") == 2


async def test_token_refused_again(tmp_path: Path) -> None:
    """A second 401 is the end of it, and no third token is asked for."""
    user = {"exec": plugin(tmp_path / "plugin", {"token": "a"}, {"token": "b"}, {"token": "c"})}
    async with secure(None, accepted=("d",)) as url:
        with pytest.raises(UnauthorizedError, match=r"^401 Unauthorized: who\?$"):
            await asked(kubeconfig(tmp_path / "config", cluster={"server": url}, user=user))
    assert runs(tmp_path / "plugin") == 2


async def test_fixed_token_refused(tmp_path: Path) -> None:
    """What cannot be renewed is not sent twice."""
    async with secure(None, accepted=("d",)) as url:
        with pytest.raises(UnauthorizedError):
            await asked(kubeconfig(tmp_path / "config", cluster={"server": url}))


async def test_plugin_that_fails_at_a_renewal(tmp_path: Path) -> None:
    """It is the plugin's error that counts then."""
    user = {"exec": plugin(tmp_path / "plugin", {"token": "old"}, {})}
    async with secure(None, accepted=("new",)) as url:
        with pytest.raises(ConfigError, match="printed neither a token nor a certificate"):
            await asked(kubeconfig(tmp_path / "config", cluster={"server": url}, user=user))


async def test_connect_checks_the_credential_first(tmp_path: Path) -> None:
    """A credential that cannot be had is told before anything is sent."""
    path = kubeconfig(tmp_path / "config", user={"username": "u"})
    with pytest.raises(ConfigError, match="none of them can be used"):
        async with connect(ClusterOptions(kubeconfig=path)):
            pass


async def test_proxy_is_asked_for_the_server(tmp_path: Path) -> None:
    """Requests go to the proxy of the kubeconfig."""
    async with serving(plain(200, "{}")) as proxy:
        cluster = {"server": "http://api.example", "proxy-url": proxy.url}
        assert await asked(kubeconfig(tmp_path / "config", cluster=cluster)) == b"{}"
        assert proxy.requests[0].host == "api.example"


async def test_proxy_that_refuses(tmp_path: Path) -> None:
    """What it said is passed on, its password is not."""
    async with raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as address:
        cluster = {"server": "https://api.example", "proxy-url": f"http://user:s3cret@{address}"}
        with pytest.raises(UnreachableError) as caught:
            await asked(kubeconfig(tmp_path / "config", cluster=cluster))
        assert str(caught.value) == "https://api.example: its proxy refused with 407"


async def test_proxy_that_is_not_there(tmp_path: Path) -> None:
    """It is said that it is the proxy."""
    cluster = {"server": "https://api.example", "proxy-url": "http://user:s3cret@127.0.0.1:1"}
    with pytest.raises(UnreachableError) as caught:
        await asked(kubeconfig(tmp_path / "config", cluster=cluster))
    assert str(caught.value) == "https://api.example: its proxy: Connection refused"


@pytest.mark.parametrize(
    ("server", "message"),
    [
        pytest.param("http://127.0.0.1:1", "http://127.0.0.1:1: Connection refused", id="nobody listens"),
        pytest.param("http://no-such-host.invalid", "its name cannot be resolved", id="no such name"),
    ],
)
async def test_server_that_is_not_there(server: str, message: str) -> None:
    """The error names the server and the reason."""
    async with Connection.plain(server) as connection:
        with pytest.raises(UnreachableError, match=message):
            async with connection.get("/", {}):
                pass


async def test_silence_before_the_answer() -> None:
    """A server that takes the request and says nothing is given up."""
    async with serving(mute) as server, Connection.plain(server.url) as connection:
        with pytest.raises(SilentError, match=rf"^{server.url}: nothing received for 0\.1 s$"):
            async with connection.get("/", {}, silence_seconds=0.1):
                pass


async def test_something_that_does_not_speak_http() -> None:
    """Bytes that are no HTTP are an error of ours."""
    async with raw(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n") as address, Connection.plain(f"http://{address}") as connection:
        with pytest.raises(UnreachableError, match="no HTTP"):
            async with connection.get("/", {}):
                pass


async def test_connections_are_kept_alive() -> None:
    """Pages of a list come over one connection."""
    async with serving(plain(200, "{}"), plain(200, "{}")) as server, Connection.plain(server.url) as connection:
        for _ in range(2):
            async with connection.get("/", {}) as answer:
                await answer.read()
        peers = {seen.get_extra_info("peername") for seen in server.requests}
    assert len(peers) == 1


async def test_connection_that_was_not_opened() -> None:
    """Using one outside of its block is a mistake of the program."""
    with pytest.raises(RuntimeError, match="async with"):
        async with Connection.plain("http://127.0.0.1:1").get("/", {}):
            pass
