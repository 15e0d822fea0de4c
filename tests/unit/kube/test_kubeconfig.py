"""Kubeconfig files: what is picked, and what is said about one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.kube.kubeconfig import User, select
from unit.kube.configured import kubeconfig


def test_current_context(tmp_path: Path) -> None:
    """Without a name the current context counts."""
    selection = select([kubeconfig(tmp_path / "config")], None)
    assert (selection.context, selection.cluster.server, selection.user.token) == (
        "main",
        "https://127.0.0.1:1",
        "t0ken",
    )


def test_context_by_name(tmp_path: Path) -> None:
    """A context that is named goes before the current one."""
    contexts = [
        {"name": "main", "context": {"cluster": "c", "user": "u"}},
        {"name": "other", "context": {"cluster": "c2"}},
    ]
    clusters = [
        {"name": "c", "cluster": {"server": "https://a"}},
        {"name": "c2", "cluster": {"server": "https://b"}},
    ]
    path = kubeconfig(tmp_path / "config", contexts=contexts, clusters=clusters)
    selection = select([path], "other")
    assert selection.cluster.server == "https://b"
    assert not selection.user.authenticates


def test_several_files_are_merged(tmp_path: Path) -> None:
    """The first file to name a thing wins, a missing one is passed over, paths are relative to their own file."""
    first = kubeconfig(tmp_path / "one" / "config", users=[], clusters=[])
    second = kubeconfig(
        tmp_path / "two" / "config",
        user={"client-certificate": "me.crt", "client-key": "/abs/me.key", "tokenFile": "token"},
        cluster={"server": "https://two", "certificate-authority": "../ca.crt"},
        **{"current-context": "elsewhere"},
    )
    selection = select([tmp_path / "missing", first, second], None)
    assert selection.context == "main"
    assert selection.cluster.certificate_authority == str(tmp_path / "two" / "../ca.crt")
    assert selection.user.client_certificate == str(tmp_path / "two" / "me.crt")
    assert selection.user.client_key == "/abs/me.key"
    assert selection.user.token_file == str(tmp_path / "two" / "token")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("aws", "aws", id="by PATH"),
        pytest.param("./bin/aws", "{folder}/bin/aws", id="relative"),
        pytest.param("/usr/bin/aws", "/usr/bin/aws", id="absolute"),
    ],
)
def test_plugin_command(tmp_path: Path, command: str, expected: str) -> None:
    """A command with a slash is relative to the file, one without is searched for."""
    path = kubeconfig(tmp_path / "config", user={"exec": {"command": command, "apiVersion": "v"}})
    selection = select([path], None)
    assert selection.user.exec is not None
    assert selection.user.exec.command == expected.format(folder=tmp_path)


@pytest.mark.parametrize(
    ("top", "message"),
    [
        pytest.param({"current-context": "gone"}, "no context 'gone' (there is: main)", id="no such context"),
        pytest.param({"current-context": ""}, "no current-context is set, and none was asked for", id="no current"),
        pytest.param({"contexts": None}, "no context 'main' (there is: none)", id="contexts null"),
        pytest.param({"clusters": []}, "no cluster 'c' (there is: none)", id="no such cluster"),
        pytest.param({"users": []}, "no user 'u' (there is: none)", id="no such user"),
        pytest.param({"users": {}}, "Expected `array | null`, got `object` - at `$.users`", id="users no list"),
        pytest.param(
            {"users": [{"user": {}}]}, "Object missing required field `name` - at `$.users[0]`", id="nameless"
        ),
        pytest.param(
            {"users": [{"name": "u", "user": {"token": 12345}}]},
            "Expected `str | null`, got `int` - at `$.users[0].user.token`",
            id="token no string",
        ),
        pytest.param(
            {"clusters": [{"name": "c", "cluster": {"insecure-skip-tls-verify": "false"}}]},
            "Expected `bool`, got `str` - at `$.clusters[0].cluster.insecure-skip-tls-verify`",
            id="a string is no switch",
        ),
        pytest.param(
            {"users": [{"name": "u", "user": {"exec": {"command": "x"}}}]},
            "Object missing required field `apiVersion` - at `$.users[0].user.exec`",
            id="plugin without a version",
        ),
    ],
)
def test_content_that_cannot_be_used(tmp_path: Path, top: dict[str, object], message: str) -> None:
    """The error names the file and what is wrong with it."""
    path = kubeconfig(tmp_path / "config", **top)
    with pytest.raises(ConfigError) as caught:
        select([path], None)
    assert str(caught.value) == f"kubeconfig {path}: {message}"


def test_context_that_does_not_exist(tmp_path: Path) -> None:
    """A name that was asked for is quoted."""
    path = kubeconfig(tmp_path / "config")
    with pytest.raises(ConfigError, match=r"no context 'prod' \(there is: main\)"):
        select([path], "prod")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"a: [s3cret", "not YAML (line 1)", id="not YAML"),
        pytest.param(b"token: s3cret\n\t- x", "not YAML (line 2)", id="a tab"),
        pytest.param(b"\xff\xfe\x00s3cret", "not YAML", id="binary"),
        pytest.param(b"[" * 1000, "not YAML", id="nested without end"),
        pytest.param(b"- s3cret", "not a mapping", id="list"),
        pytest.param(b"s3cret", "not a mapping", id="text"),
        pytest.param(b"", "not a mapping", id="empty"),
    ],
)
def test_file_that_is_no_kubeconfig(tmp_path: Path, content: bytes, message: str) -> None:
    """The error says so, and quotes nothing of a file that may hold secrets."""
    path = tmp_path / "config"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        select([path], None)
    assert str(caught.value) == f"kubeconfig {path}: {message}"
    assert caught.value.__cause__ is None


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or a folder."""
    with pytest.raises(ConfigError, match=r"^kubeconfig .*/missing: no such file$"):
        select([tmp_path / "missing"], None)
    with pytest.raises(ConfigError, match=rf"^kubeconfig {tmp_path}: Is a directory$"):
        select([tmp_path], None)


def test_no_secret_in_a_repr(tmp_path: Path) -> None:
    """Whatever prints a selection prints no credential."""
    secrets = {"token": "s3cret", "username": "me", "password": "s3cret", "client-key-data": "s3cret"}
    plugin = {"command": "x", "apiVersion": "v", "args": ["s3cret"], "env": [{"name": "A", "value": "s3cret"}]}
    selection = select([kubeconfig(tmp_path / "config", user=secrets | {"exec": plugin})], None)
    assert selection.user.exec is not None
    for shown in (selection, selection.user.exec, selection.user.exec.env):
        assert "s3cret" not in repr(shown)


def test_builtins_keep_the_names_of_the_file(tmp_path: Path) -> None:
    """The official loader finds every key under the name it knows."""
    user = {"client-certificate-data": "YQ==", "client-key-data": "YQ==", "tokenFile": "/t", "username": "u"}
    path = kubeconfig(tmp_path / "config", user=user, cluster={"server": "https://a", "tls-server-name": "b"})
    builtins = select([path], None).builtins()
    assert builtins["users"][0]["user"] == user
    assert builtins["clusters"][0]["cluster"] == {"server": "https://a", "tls-server-name": "b"}
    assert yaml.safe_load(yaml.safe_dump(builtins)) == builtins


@pytest.mark.parametrize(
    ("user", "authenticates"),
    [
        pytest.param(User(), False, id="nothing"),
        pytest.param(User(impersonate="x"), False, id="impersonation is no credential"),
        pytest.param(User(username="x"), True, id="half a credential is one"),
    ],
)
def test_authenticates(user: User, *, authenticates: bool) -> None:
    """Whether somebody meant to prove who he is."""
    assert user.authenticates == authenticates
