"""Label and field selectors, as Kubernetes reads them."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.replay.collection import Stored
from longhorn_cr_exporter.replay.selector import Selection, parse_fields, parse_labels
from longhorn_cr_exporter.replay.status import RefusedError
from longhorn_cr_exporter.replay.store import Store
from served import made

LABELS = {"app": "shop", "longhorn.io/node": "n1", "empty": ""}


def stored(name: str = "vol-a", namespace: str = "longhorn-system") -> Stored:
    """Return a stored volume with LABELS."""
    change = Store().apply(made(name, 1, namespace=namespace, labels=LABELS))
    assert change is not None
    return change.object


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param("app=shop", True, id="equal"),
        pytest.param("app == shop", True, id="equal twice"),
        pytest.param("app=bank", False, id="other value"),
        pytest.param("none=shop", False, id="other key"),
        pytest.param("app!=shop", False, id="unequal"),
        pytest.param("app!=bank", True, id="unequal to another"),
        pytest.param("none!=shop", True, id="unequal without the key"),
        pytest.param("app in (bank, shop)", True, id="in"),
        pytest.param("app in (bank)", False, id="not in"),
        pytest.param("none in (shop)", False, id="in without the key"),
        pytest.param("app notin (bank,tax)", True, id="notin"),
        pytest.param("app notin (shop)", False, id="notin its own"),
        pytest.param("none notin (shop)", True, id="notin without the key"),
        pytest.param("app", True, id="exists"),
        pytest.param("none", False, id="does not exist"),
        pytest.param("!none", True, id="absent"),
        pytest.param("!app", False, id="not absent"),
        pytest.param("empty=", True, id="empty value"),
        pytest.param("empty in ()", True, id="in the empty set"),
        pytest.param("longhorn.io/node=n1", True, id="prefix"),
        pytest.param("app in (shop,bank),longhorn.io/node=n1,!none", True, id="all of many"),
        pytest.param("app in (shop,bank),longhorn.io/node=n2", False, id="not all of many"),
    ],
)
def test_labels(selector: str, selected: bool) -> None:
    """A label selector selects as Kubernetes documents it."""
    assert Selection(labels=parse_labels(selector)).has(stored()) is selected


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        pytest.param("metadata.name=vol-a", True, id="name"),
        pytest.param("metadata.name==vol-a", True, id="name twice"),
        pytest.param("metadata.name=vol-b", False, id="other name"),
        pytest.param("metadata.name!=vol-b", True, id="not another name"),
        pytest.param("metadata.name!=vol-a", False, id="not this name"),
        pytest.param("metadata.namespace=longhorn-system,metadata.name=vol-a", True, id="both"),
        pytest.param("metadata.namespace=default,metadata.name=vol-a", False, id="other namespace"),
    ],
)
def test_fields(selector: str, selected: bool) -> None:
    """A field selector knows name and namespace."""
    assert Selection(fields=parse_fields(selector)).has(stored()) is selected


@pytest.mark.parametrize("selector", ["a=b=c", "a in b", "a in (b", "=b", "a>1", "a b", "!", "-a=b", "a=b c"])
def test_bad_labels_are_refused(selector: str) -> None:
    """What cannot be read is 400, not an empty list."""
    with pytest.raises(RefusedError) as caught:
        parse_labels(selector)
    assert caught.value.code == 400


@pytest.mark.parametrize("selector", ["metadata.name", "spec.nodeName=n1", "=x"])
def test_bad_fields_are_refused(selector: str) -> None:
    """A field that is not kept is 400, as on a real server."""
    with pytest.raises(RefusedError) as caught:
        parse_fields(selector)
    assert caught.value.code == 400


def test_namespace() -> None:
    """One namespace, or all of them."""
    assert Selection("longhorn-system").has(stored())
    assert not Selection("default").has(stored())
    assert Selection().has(stored(namespace="default"))
