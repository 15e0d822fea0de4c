"""Label and field selectors in Kubernetes' string syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from .collection import Stored
from .status import bad_request

_KEY = r"[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?"
_VALUE = r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
_EXISTS = re.compile(rf"(?P<not>!?)\s*(?P<key>{_KEY})")
_EQUALS = re.compile(rf"(?P<key>{_KEY})\s*(?P<operator>==|=|!=)\s*(?P<value>{_VALUE})")
_SET = re.compile(rf"(?P<key>{_KEY})\s+(?P<operator>in|notin)\s*\((?P<values>[^()]*)\)")
_COMMA_OUTSIDE_SET = re.compile(r",(?![^()]*\))")
_FIELD = re.compile(r"(?P<key>[^=!]+?)\s*(?P<operator>==|=|!=)\s*(?P<value>[^=!]*)")
_FIELDS: Final = ("metadata.name", "metadata.namespace")


class Requirement(msgspec.Struct, frozen=True):
    """One term: the key's value is among ``values``, or with ``negated`` is not (an absent key is not).

    ``values`` None stands for any value: the key exists, or with ``negated`` does not.
    """

    key: str
    values: frozenset[str] | None
    negated: bool = False

    def met(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels or fields meet it."""
        value = labels.get(self.key)
        found = value is not None and (self.values is None or value in self.values)
        return found is not self.negated


class Selection(msgspec.Struct, frozen=True):
    """What of a collection is asked for; ``namespace`` None is all of them."""

    namespace: str | None = None
    labels: tuple[Requirement, ...] = ()
    fields: tuple[Requirement, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether no selector narrows it within its namespace."""
        return not self.labels and not self.fields

    def has(self, stored: Stored) -> bool:
        """Whether the object is asked for."""
        if self.namespace is not None and stored.namespace != self.namespace:
            return False
        if self.whole:
            return True
        fields = {"metadata.name": stored.name, "metadata.namespace": stored.namespace}
        return all(r.met(stored.labels) for r in self.labels) and all(r.met(fields) for r in self.fields)


def parse_labels(text: str) -> tuple[Requirement, ...]:
    """Return the terms of a label selector: ``a=b,c!=d,e in (f,g),h notin (i),j,!k``.

    Raises:
        RefusedError: 400, as the API server answers.
    """
    return tuple(_label_term(term.strip()) for term in _terms(text))


def parse_fields(text: str) -> tuple[Requirement, ...]:
    """Return the terms of a field selector over metadata.name and metadata.namespace.

    Raises:
        RefusedError: 400, for another field or a term that is none.
    """
    return tuple(_field_term(term.strip()) for term in text.split(",") if term.strip())


def _terms(text: str) -> Iterator[str]:
    return (term for term in _COMMA_OUTSIDE_SET.split(text) if text.strip())


def _label_term(term: str) -> Requirement:
    if found := _EXISTS.fullmatch(term):
        return Requirement(found["key"], None, negated=bool(found["not"]))
    if found := _EQUALS.fullmatch(term):
        return Requirement(found["key"], frozenset({found["value"]}), negated=found["operator"] == "!=")
    if found := _SET.fullmatch(term):
        values = frozenset(value.strip() for value in found["values"].split(","))
        return Requirement(found["key"], values, negated=found["operator"] == "notin")
    raise bad_request(f"unable to parse requirement: {term!r}")


def _field_term(term: str) -> Requirement:
    found = _FIELD.fullmatch(term)
    if found is None:
        raise bad_request(f"invalid field selector: {term!r}")
    if found["key"] not in _FIELDS:
        raise bad_request(f"field label not supported: {found['key']}")
    return Requirement(found["key"], frozenset({found["value"]}), negated=found["operator"] == "!=")
