"""« Pourquoi ici ? »: what is said of each word of a search is true (terms § 3.2, EX-3.2-7)."""

from __future__ import annotations

from typing import Any

import pytest

from app.database import connection
from tests.factories import LONG_TEXT, empty_directory, indexed, practitioner
from tests.search.looking import search
from tests.visitors import Seen, Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]

GOFF = "anne-le-goff"
ANGELO = "luc-d-angelo"
NDIAYE = "awa-n-diaye"
MASSAGE = "eva-morin"


@pytest.fixture(scope="module")
async def people(site: Any, index_gateway: Any) -> None:
    await empty_directory(index_gateway)
    await practitioner("Anne", "Le Goff", slug=GOFF, practices=("yoga",), places=("29019",))
    await practitioner(
        "Luc",
        "D’Angelo",
        slug=ANGELO,
        practices=("reiki",),
        places=("97105",),
        presentation=f"{LONG_TEXT} J’exerce depuis {await _reiki()} ans.",
    )
    await practitioner(
        "Awa",
        "N’Diaye",
        slug=NDIAYE,
        practices=("reiki",),
        places=("69383",),
        presentation=f"{LONG_TEXT} Je joue du violoncelle <b>& du piano</b> pendant les séances. {LONG_TEXT}",
    )
    await practitioner(
        "Eva", "Morin", slug=MASSAGE, practices=("massage-bien-etre",), places=("69383",)
    )
    await indexed(index_gateway)


async def _reiki() -> int:
    return await connection.number("SELECT id FROM practice WHERE slug = 'reiki'")


def _why(seen: Seen) -> str:
    return seen.text("#resultats > ol.cards .why")


@pytest.mark.parametrize(
    ("typed", "slug", "word"),
    [
        ("yoga bretagne", GOFF, "bretagne"),
        ("yoga finistère", GOFF, "finistère"),
        ("reiki guadeloupe", ANGELO, "guadeloupe"),
        ("reiki rhône", NDIAYE, "rhône"),
        ("reiki lyon", NDIAYE, "lyon"),
    ],
)
async def test_a_region_or_a_department_typed_as_a_word_is_said_to_be_the_place(
    guest: Visitor, typed: str, slug: str, word: str
) -> None:
    seen = await guest.get(search(q=typed))
    assert seen.slugs == [slug]
    assert f"« {word} » : dans le lieu." in _why(seen)


@pytest.mark.parametrize(
    ("typed", "slug", "marked"),
    [
        ("legoff", GOFF, "Le Goff"),
        ("dangelo", ANGELO, "D’Angelo"),
        ("ndiaye", NDIAYE, "N’Diaye"),
        ("diaye", NDIAYE, "Diaye"),
    ],
)
async def test_a_name_typed_in_one_word_is_said_to_be_the_name_and_marked(
    guest: Visitor, typed: str, slug: str, marked: str
) -> None:
    seen = await guest.get(search(q=typed))
    assert seen.slugs == [slug]
    assert f"« {typed} » : dans le nom." in _why(seen)
    assert seen.texts("#resultats .card__name mark") == [marked]


async def test_a_word_typed_without_its_hyphen_is_said_to_be_the_practice_and_marked(
    guest: Visitor,
) -> None:
    seen = await guest.get(search(q="bienetre"))
    assert seen.slugs == [MASSAGE]
    assert "« bienetre » : pratique Massage bien-être." in _why(seen)
    assert seen.texts("#resultats .card mark") == ["Massage bien-être"]


async def test_a_number_typed_marks_no_practice(guest: Visitor) -> None:
    """The labels of practices are known by numbers too."""
    seen = await guest.get(search(q=str(await _reiki())))
    assert seen.slugs == [ANGELO]
    assert len(seen.all("#resultats article mark")) == len(seen.all("#resultats .why mark")) == 1


async def test_a_word_of_a_presentation_is_quoted_as_it_stands_there(guest: Visitor) -> None:
    seen = await guest.get(search(q="violoncelle"))
    assert seen.slugs == [NDIAYE]
    assert "« violoncelle » : dans la fiche. «" in _why(seen)
    assert seen.texts("#resultats .why mark") == ["violoncelle"]
    quoted = seen.text("#resultats .why [data-written-by]")
    assert quoted.startswith("« …")
    assert "Je joue du violoncelle <b>& du piano</b> pendant les séances." in quoted
    assert quoted.endswith("… »")
    assert len(quoted) < 200


async def test_a_word_found_elsewhere_quotes_nothing(guest: Visitor) -> None:
    for typed in ("reiki", "diaye", "lyon"):
        assert not (await guest.get(search(q=typed))).has("#resultats .why mark")
