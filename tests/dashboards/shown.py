"""What a panel shows a person: the words and numbers that Grafana makes of a query's rows.

Legends, value mappings, joins, renamed and sorted columns are done here as Grafana does them; colours and pixels are
not, those are looked at in a browser (dashboards/view).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from dashboards.board import Panel, Query, chosen
from dashboards.filled import Labels, Prometheus, Row

HOURS: Final = 3 * 3600.0
STEP: Final = 30.0
GAP: Final = "–"

Texts = list[str]
Table = list[dict[str, str]]
History = dict[str, list[str]]

_LEGEND: Final = re.compile(r"{{\s*(\w+)\s*}}")


def show(panel: Panel, prometheus: Prometheus, at: float, variables: Mapping[str, str]) -> Texts | Table | History:
    """Return what a panel shows at a moment, with the three hours before it.

    A stat's texts; a table's rows, by column; the history of each series of a timeline or a graph: its states one after
    another, or its first, highest and last number. Nothing where Grafana would say that there is no data.
    """
    answers = [(query, _ask(query, prometheus, at, variables)) for query in panel.queries]
    match panel.kind:
        case "stat":
            return _stat(panel, answers)
        case "table":
            return _table(panel, answers)
        case "state-timeline":
            return _histories(panel, answers, _spells)
    return _histories(panel, answers, _numbers)


def answered(panel: Panel, prometheus: Prometheus, at: float, variables: Mapping[str, str]) -> bool:
    """Return whether any of a panel's questions has an answer, at a moment or in the three hours before it."""
    return any(_ask(query, prometheus, at, variables) for query in panel.queries)


def marks(query: Query, prometheus: Prometheus, at: float, variables: Mapping[str, str]) -> Texts:
    """Return the names of what an annotation marks in the three hours before a moment."""
    return sorted({_name(query, row.labels) for row in _ask(query, prometheus, at, variables)})


def _ask(query: Query, prometheus: Prometheus, at: float, variables: Mapping[str, str]) -> list[Row]:
    expr = chosen(query.expr, variables)
    return prometheus.ask(expr, at) if query.instant else prometheus.ask_range(expr, at - HOURS, at, STEP)


Answers = Sequence[tuple[Query, list[Row]]]


def _stat(panel: Panel, answers: Answers) -> Texts:
    mode = panel.json["options"]["textMode"]
    shown = []
    for query, rows in answers:
        for row in rows:
            name = _name(query, row.labels)
            text = _text(row.value, _config(panel, name, query.ref_id))
            shown.append({"name": name, "value": text, "value_and_name": f"{name}: {text}"}[mode])
    return shown or [str(panel.defaults["noValue"])]


def _name(query: Query, labels: Labels) -> str:
    return _LEGEND.sub(lambda match: labels.get(match[1], ""), query.legend).strip()


def _config(panel: Panel, name: str, ref_id: str = "") -> Mapping[str, Any]:
    matching = [
        properties
        for matcher, wanted, properties in panel.overrides
        if (matcher == "byName" and wanted == name) or (matcher == "byFrameRefID" and wanted == ref_id)
    ]
    return {key: value for config in (panel.defaults, *matching) for key, value in config.items()}


def _text(value: float | str, config: Mapping[str, Any]) -> str:
    """Return a value as its mappings have it, else with its unit, rounded to a thousandth of a unit."""
    plain = value if isinstance(value, str) else f"{value:.3f}".rstrip("0").rstrip(".")
    for mapping in config.get("mappings", ()):
        if plain in mapping["options"]:
            return str(mapping["options"][plain]["text"])
    unit = config.get("unit", "none").removeprefix("suffix: ")
    return plain if isinstance(value, str) or unit in {"none", "short"} else f"{plain} {unit}"


def _table(panel: Panel, answers: Answers) -> Table:
    merge, organize = panel.json["transformations"]
    assert (merge["id"], organize["id"]) == ("merge", "organize")
    options = organize["options"]
    filled = [(query, rows) for query, rows in answers if rows]
    rows = _merged([[_fields(row, query, alone=len(filled) == 1) for row in rows] for query, rows in filled])
    columns = sorted(options["indexByName"], key=lambda name: options["indexByName"][name])
    named = [{options["renameByName"][field]: row[field] for field in columns if field in row} for row in rows]
    strangers = {name for row in rows for name in row} - set(columns) - set(options["excludeByName"])
    assert not strangers, f"{panel.title} shows columns that it does not name: {strangers}"
    return [{name: _text(value, _config(panel, name)) for name, value in row.items()} for row in _sorted(panel, named)]


Fields = dict[str, float | str]


def _fields(row: Row, query: Query, *, alone: bool) -> Fields:
    labels = {name: text for name, text in row.labels.items() if name != "__name__"}
    return {**labels, "Value" if alone else f"Value #{query.ref_id}": row.value}


def _merged(frames: Sequence[Sequence[Fields]]) -> list[Fields]:
    """Join rows whose fields that all frames have are equal, as Grafana's transformation "merge" does."""
    keys = set.intersection(*({name for row in frame for name in row} for frame in frames)) if frames else set()
    merged: list[Fields] = []
    for frame in frames:
        for row in frame:
            fitting = (
                known
                for known in merged
                if all(known.get(key) == row.get(key) for key in keys)
                and all(known[name] == value for name, value in row.items() if name in known)
            )
            into = next(fitting, None)
            if into is None or len(frames) == 1:
                merged.append(dict(row))
            else:
                into.update(row)
    return merged


def _sorted(panel: Panel, rows: Iterable[Fields]) -> list[Fields]:
    """Sort as the panel says; what is missing is less than all else."""
    ordered = list(rows)
    for by in reversed(panel.json["options"]["sortBy"]):
        ordered.sort(key=lambda row: _rank(row.get(by["displayName"])), reverse=by["desc"])
    return ordered


def _rank(value: float | str | None) -> tuple[int, float, tuple[tuple[int, int | str], ...]]:
    if value is None:
        return 0, 0.0, ()
    if isinstance(value, str):
        parts = re.findall(r"\d+|\D+", value)
        return 1, 0.0, tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)
    return 1, value, ()


def _histories(panel: Panel, answers: Answers, told: Any) -> History:
    return {
        _name(query, row.labels): told(row, _config(panel, _name(query, row.labels), query.ref_id))
        for query, rows in answers
        for row in rows
    }


def _spells(row: Row, config: Mapping[str, Any]) -> list[str]:
    """Return the states one after another, with a dash for each gap."""
    texts: list[str] = []
    last = row.points[0][0]
    for moment, value in row.points:
        if moment - last > STEP:
            texts.append(GAP)
        texts.append(_text(value, config))
        last = moment
    return [text for text, _ in groupby(texts)]


def _numbers(row: Row, config: Mapping[str, Any]) -> list[str]:
    """Return the first, the highest and the last number."""
    values = [value for _, value in row.points if value == value]  # noqa: PLR0124 - NaN is not equal to itself
    return [_text(value, config) for value in (values[0], max(values), values[-1])] if values else []
