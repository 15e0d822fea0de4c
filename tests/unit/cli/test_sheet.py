"""Text for people: its width, its colours, and what it makes of hostile names."""

from __future__ import annotations

import io

import pytest

from longhorn_cr_exporter.cli.sheet import Sheet
from longhorn_cr_exporter.cli.stream import clean


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return that it is."""
        return True


@pytest.fixture(autouse=True)
def common_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that knows colours."""
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_paragraph_hangs_below_its_label(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines after the first begin where the text began."""
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    Sheet(out).paragraph("one two three four five six seven eight nine", label="do  ")
    assert out.getvalue() == "  do  one two three four five six seven\n      eight nine\n"


def test_a_command_is_never_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be copied stays one line, however narrow the terminal."""
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    words = " ".join(["kubectl"] * 20)
    Sheet(out).command(words)
    assert out.getvalue() == f"  {words}\n"


def test_a_word_longer_than_the_line_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost of a long name."""
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    Sheet(out).paragraph("x" * 50)
    assert out.getvalue() == f"  {'x' * 38}\n  {'x' * 12}\n"


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        pytest.param({}, True, id="terminal"),
        pytest.param({"NO_COLOR": "1"}, False, id="no-color"),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    """NO_COLOR is honoured."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    Sheet(out).title(("UNSAFE", "red", 0))
    assert ("\x1b[31m" in out.getvalue()) is coloured


def test_elsewhere_text_is_plain() -> None:
    """A pipe or a file gets no escape sequences."""
    out = io.StringIO()
    Sheet(out).title(("UNSAFE", "bold red", 0), ("n1", "", 0))
    assert out.getvalue() == "UNSAFE  n1\n"


HOSTILE = [
    pytest.param("a\x1b[2Jb", "a\N{REPLACEMENT CHARACTER}[2Jb", id="escape-sequence"),
    pytest.param("a\rb\nc\x07", "a b c\N{REPLACEMENT CHARACTER}", id="control-characters"),
    pytest.param("a\x9b31mb", "a\N{REPLACEMENT CHARACTER}31mb", id="eight-bit-escape"),
    pytest.param("a\u202eb", "a\N{REPLACEMENT CHARACTER}b", id="right-to-left-override"),
    pytest.param("a\ud800b", "a\N{REPLACEMENT CHARACTER}b", id="lone-surrogate"),
    pytest.param("[red]x[/red] [link=http://e]y", "[red]x[/red] [link=http://e]y", id="markup-is-text"),
    pytest.param(":warning: http://example.org", ":warning: http://example.org", id="no-emoji-no-links"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_what_the_cluster_says_moves_no_cursor(text: str, shown: str) -> None:
    """Control characters are replaced, and markup is text like any other."""
    assert clean(text) == shown
    for out in (io.StringIO(), Terminal()):
        sheet = Sheet(out)
        sheet.paragraph(text)
        assert out.getvalue() == f"  {shown}\n"


def test_wide_letters_count_double(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of wide letters does not run over the edge."""
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    Sheet(out).paragraph("雲" * 30, indent=0)
    assert out.getvalue() == f"{'雲' * 20}\n{'雲' * 10}\n"
