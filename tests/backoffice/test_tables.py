"""What the lists of the desk say of their lines: the words of a column, on a phone; those of a night's work."""

from __future__ import annotations

import re

import pytest

from app import worker
from app.backoffice import standing
from app.config import ROOT

PAGES = ROOT / "templates/backoffice"
TABLES = {
    page.name: page.read_text("utf-8")
    for page in sorted(PAGES.glob("*.html"))
    if "desk__table" in page.read_text("utf-8")
}
_COLUMN = re.compile(r'<th scope="col">(.*?)</th>')
_CELL = re.compile(r'<td(?: data-label="([^"]+)")?[ >]')


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"figures.html"}))
def test_every_cell_says_the_words_of_its_column(name: str) -> None:
    """A column of buttons has no words to say."""
    for table in re.findall(r"<table.*?</table>", TABLES[name], re.DOTALL):
        [_, *columns] = _COLUMN.findall(table)
        said = [label.replace("'", '"') for label in _CELL.findall(table)]
        assert said == ["" if "visually-hidden" in words else words for words in columns]


def test_what_the_clock_starts_is_said_in_words() -> None:
    assert standing.RECURRING.keys() == {one.name for one in worker.RECURRING}
