"""The tables of the desk, whose rows are cards on a phone: each cell then says which column it belongs to."""

from __future__ import annotations

import re

import pytest

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
