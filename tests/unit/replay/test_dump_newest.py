"""The newest time in a dump, which is the moment it is judged at: what counts, and what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dumped import any_list, read_text, volume_object
from longhorn_cr_exporter.model.time import parse_time

EARLY = "2026-03-02T06:00:00Z"
FUTURE = "2031-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("parts", "newest"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"status": {"lastDegradedAt": EARLY}}, EARLY, id="field"),
        pytest.param(
            {"status": {"conditions": [{"type": "Scheduled", "lastTransitionTime": "2026-03-02T06:00:00.5Z"}]}},
            "2026-03-02T06:00:00.5Z", id="condition",
        ),
        pytest.param(
            {"metadata": {"name": "a", "managedFields": [{"time": EARLY}, {"time": "2026-03-01T23:00:00Z"}]}},
            EARLY, id="managed-fields",
        ),
        pytest.param({"status": {"lastDegradedAt": "2026-03-02T07:30:00+02:00"}}, "2026-03-02T05:30:00Z", id="offset"),
        pytest.param(
            {"status": {"lastDegradedAt": EARLY, "expirationTime": FUTURE}},
            EARLY, id="not-an-expiry",
        ),
        pytest.param(
            {"metadata": {"name": "a", "annotations": {"restart": FUTURE}}}, None, id="not-an-annotation"
        ),
        pytest.param(
            {"status": {"conditions": [{"message": FUTURE, "reason": f'"time":"{FUTURE}"'}]}},
            None, id="not-a-message",
        ),
        pytest.param({"status": {"lastDegradedAt": "9999-12-31T23:59:59Z"}}, None, id="not-year-9999"),
        pytest.param({"status": {"lastDegradedAt": "2026-13-45T06:00:00Z"}}, None, id="no-date"),
    ],
)  # fmt: skip
def test_newest_is_the_newest_time_at_which_something_happened(
    parts: dict[str, Any], newest: str | None, tmp_path: Path
) -> None:
    """Whole strings under the keys that Kubernetes and Longhorn write times with; the same from YAML."""
    obj = {**volume_object(), **parts}
    for text in (json.dumps(obj), json.dumps(obj, indent=1), f"---\n{json.dumps(obj)}"):
        assert read_text(tmp_path, text).newest == parse_time(newest)


def test_newest_looks_at_every_object_of_ours(tmp_path: Path) -> None:
    """Whatever the order, and not at objects that are none of ours."""
    times = [EARLY, "2026-03-02T08:00:00Z", "2026-03-02T07:00:00+00:00"]
    objects = [volume_object(str(index), status={"lastDegradedAt": text}) for index, text in enumerate(times)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "creationTimestamp": "2027-01-01T00:00:00Z"}}
    for order in (objects, objects[::-1]):
        assert read_text(tmp_path, any_list([*order, pod])).newest == parse_time(times[1])
