"""Wrong values are refused, in words that name them."""

from __future__ import annotations

import pytest

from chart.helm import RefusedError, render

_ALERT = "prometheusRule.alerts"


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        pytest.param("replicas=3", "additional properties 'replicas' not allowed", id="an unknown key"),
        pytest.param("image.name=x", "at '/image': additional properties 'name' not allowed", id="one further down"),
        pytest.param("replicaCount=0", "at '/replicaCount': minimum: got 0, want 1", id="no replica"),
        pytest.param("replicaCount=two", "at '/replicaCount': got string, want integer", id="a word for a number"),
        pytest.param("shards=0", "at '/shards': minimum: got 0, want 1", id="no shard"),
        pytest.param("rbac.create=maybe", "at '/rbac/create': got string, want boolean", id="neither true nor false"),
        pytest.param("log.format=xml", "at '/log/format': value must be one of", id="an unknown log format"),
        pytest.param("log.level=loud", "at '/log/level': value must be one of", id="an unknown log level"),
        pytest.param("image.pullPolicy=Sometimes", "at '/image/pullPolicy': value must be", id="no such pull policy"),
        pytest.param("image.digest=abc", "at '/image/digest': 'abc' does not match pattern", id="no digest"),
        pytest.param("service.port=70000", "at '/service/port': maximum: got 70,000", id="a port beyond the last"),
        pytest.param("service.type=Pod", "at '/service/type': value must be one of", id="no type of service"),
        pytest.param("longhorn.namespace=Bad_Name", "at '/longhorn/namespace': 'Bad_Name'", id="no namespace's name"),
        pytest.param("serviceMonitor.interval=soon", "at '/serviceMonitor/interval': 'soon'", id="no duration"),
        pytest.param(
            "podDisruptionBudget.maxUnavailable=-1", "at '/podDisruptionBudget/maxUnavailable'", id="below nothing"
        ),
        pytest.param(
            "serviceMonitor.enabled=true,podMonitor.enabled=true", "choose one, or every exporter", id="scraped twice"
        ),
        pytest.param(
            f"{_ALERT}.NoSuch.enabled=false",
            "at '/prometheusRule/alerts': additional properties 'NoSuch'",
            id="no such alert",
        ),
        pytest.param(
            f"{_ALERT}.LonghornVolumeDeadlock.harmed.for=1m",
            "at '/prometheusRule/alerts/LonghornVolumeDeadlock': additional properties 'harmed'",
            id="no such tier",
        ),
        pytest.param(
            f"{_ALERT}.LonghornVolumeDeadlock.armed.for=soon",
            "at '/prometheusRule/alerts/LonghornVolumeDeadlock/armed/for': 'soon'",
            id="no duration of an alert",
        ),
    ],
)
def test_a_wrong_value_is_refused(value: str, complaint: str) -> None:
    """By its path, with what was wanted."""
    with pytest.raises(RefusedError) as refused:
        render(values=[value])
    assert complaint in str(refused.value)
