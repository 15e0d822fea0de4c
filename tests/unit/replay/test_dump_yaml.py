"""YAML: scalars as Kubernetes reads them, anchors within reason, lists element by element."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.replay.dump_intake import Item, Listing
from longhorn_cr_exporter.replay.dump_scalar import plain, quoted
from longhorn_cr_exporter.replay.dump_yaml import yaml_items


def _found(text: str) -> list[Item | Listing]:
    return list(yaml_items(text.encode(), "f"))


def _objects(text: str) -> list[Any]:
    return [msgspec.json.decode(found.raw) for found in _found(text) if isinstance(found, Item)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nULL", "nULL"),
        ("true", "true"), ("Yes", "true"), ("ON", "true"), ("off", "false"), ("no", "false"), ("y", "y"),
        ("0", "0"), ("600", "600"), ("-3", "-3"), ("+3", "3"), ("1_000", "1000"), ("0x1F", "31"), ("0b101", "5"),
        ("010", "8"), ("0o10", "8"), ("089", "89"), ("_1", "_1"), ("0x", "0x"), ("0x_", "0x_"),
        ("1.50", "1.5"), (".5", "0.5"), ("3.0", "3"), ("1e3", "1000"), ("1.073741824e+11", "107374182400"),
        ("1e+30", "1e+30"), ("1e999", "inf"), (".inf", ".inf"), ("-", "-"), ("v1.7.2", "v1.7.2"), ("1.7.2", "1.7.2"),
        ("10.0.0.1", "10.0.0.1"), ("1:30", "1:30"), ("2026-03-02T06:00:00Z", "2026-03-02T06:00:00Z"),
        ("2026-03-02", "2026-03-02"), ("9" * 50, "9" * 50), ("١", "١"), ("=", "="),
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_kubernetes_makes_of_it(text: str, meant: str | None) -> None:
    """The text that a string field would get; times, versions and addresses stay as they are."""
    assert plain(text) == meant


def test_a_quoted_null_is_null() -> None:
    """Support bundles put "null" where the cluster had nothing; any other text in quotes is text."""
    assert (quoted("null"), quoted(""), quoted("true"), quoted("~")) == (None, "", "true", "~")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("kind: V\na: !!str 012\nb: '012'", {"kind": "V", "a": "012", "b": "012"}, id="tags-and-quotes"),
        pytest.param("kind: V\na: |\n  x: y\n  - z\n", {"kind": "V", "a": "x: y\n- z\n"}, id="block-text"),
        pytest.param("kind: V\na: null\nb: [null, 1]", {"kind": "V", "b": [None, "1"]}, id="nulls-left-out"),
        pytest.param("kind: V\n1: a\nyes: b\n~: c", {"kind": "V", "1": "a", "true": "b", "null": "c"}, id="odd-keys"),
        pytest.param("kind: V\na: 1\na: 2", {"kind": "V", "a": "2"}, id="the-last-of-a-key"),
        pytest.param("kind: V\na: &x {b: 1}\nc: *x", {"kind": "V", "a": {"b": "1"}, "c": {"b": "1"}}, id="alias"),
        pytest.param("kind: &k V\na: *k", {"kind": "V", "a": "V"}, id="alias-of-text"),
        pytest.param(
            "kind: V\na: &x {b: 1, c: 1}\nd: {<<: *x, c: 2}\ne: {<<: [{b: 3}, *x]}",
            {"kind": "V", "a": {"b": "1", "c": "1"}, "d": {"b": "1", "c": "2"}, "e": {"b": "3", "c": "1"}}, id="merge",
        ),
        pytest.param("kind: V\na: {<<: text, b: 1}", {"kind": "V", "a": {"b": "1"}}, id="merge-of-text"),
        pytest.param("kind: V\nitems: null", None, id="a-list-without-items"),
    ],
)  # fmt: skip
def test_a_document_is_read_as_kubernetes_reads_it(text: str, value: Any) -> None:
    """One object, its scalars all text and its nulls left out."""
    assert _objects(text) == ([value] if value else [])


def test_a_list_is_read_element_by_element() -> None:
    """The first object is there before the second is read, whatever comes later."""
    stream = io.BytesIO(b"items:\n- kind: A\n" + b"- kind: B\n" * 5_000 + b"\t{")
    items = yaml_items(stream, "f")
    assert [next(items)[1], next(items)[1]] == ["A", "B"]
    assert stream.tell() < 100_000
    with pytest.raises(InputError, match="f: malformed YAML at line 5003, column 1"):
        list(items)


def test_elements_take_kind_and_version_from_a_list_that_ends_with_them() -> None:
    """Sorted keys put the list's kind behind its items."""
    found = _found("apiVersion: g/v1\nitems:\n- a: 1\n- {kind: W, apiVersion: h/v1}\nkind: VList\n")
    assert [(each.api_version, each.kind) for each in found] == [("h/v1", "W"), ("g/v1", "V"), ("g/v1", "V")]
    assert [type(each) for each in found] == [Item, Listing, Item]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("kind: VList\napiVersion: g/v1\nitems:\n- a: 1\n- a: 2\n", "V", id="list-that-begins-with-them"),
        pytest.param("- a: 1\n- {a: 2}\n", "", id="bare-sequence"),
        pytest.param("- {kind: VList, items: [{a: 1}, {a: 2}]}\n", "V", id="list-in-a-sequence"),
    ],
)
def test_elements_need_not_wait(text: str, kind: str) -> None:
    """Where the kind is known, or there is none to come, each element is told at once."""
    items = [found for found in _found(text) if isinstance(found, Item)]
    assert [(item.kind, msgspec.json.decode(item.raw)) for item in items] == [(kind, {"a": "1"}), (kind, {"a": "2"})]


def test_documents_do_not_share_anchors() -> None:
    """An alias of the document before is one of nothing."""
    with pytest.raises(InputError, match=r"f: YAML alias \*x of nothing at line 4, column 4"):
        _objects("kind: V\na: &x 1\n---\nb: *x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
            "YAML aliases that multiply beyond reason", id="billion-laughs",
        ),
        pytest.param(
            "a0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}]\n" for i in range(5000)), "reason", id="chain"
        ),
        pytest.param(
            "#" * 3_000_000 + "\na0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}]\n" for i in range(2000)),
            "YAML nested beyond reason", id="long-chain",
        ),
        pytest.param("a: &a [*a]", r"YAML alias \*a of nothing", id="in-itself"),
        pytest.param("a: " + "[" * 200 + "]" * 200, "YAML nested beyond reason at line 1, column 104", id="deep-flow"),
        pytest.param("".join(" " * i + "a:\n" for i in range(200)), "YAML nested beyond reason", id="deep-block"),
        pytest.param("? [a, b]\n: c", "a YAML key that is no text at line 1, column 3", id="key-of-a-sequence"),
        pytest.param("? {a: b}\n: c", "a YAML key that is no text at line 1, column 3", id="key-of-a-mapping"),
        pytest.param("a: b\n\0", "no readable YAML: ", id="control-character"),
    ],
)  # fmt: skip
def test_unreasonable_yaml_is_refused(text: str, message: str) -> None:
    """Bombs, endless nesting and keys that JSON cannot have; each says where."""
    with pytest.raises(InputError, match=f"^f: .*{message}"):
        _objects(text)
