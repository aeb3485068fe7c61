"""A practitioner gives the hours of a usual week: the last criterion of a complete profile that had no page."""

from __future__ import annotations

from typing import Any

import pytest

from app.calendar import forms, opening
from app.calendar.forms import Range, Week
from app.calendar.opening import Opening
from app.database import connection
from app.directory.editing import Refusals
from tests.directory.owner import Owner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

PAGE = "/espace/horaires"
COMPLETE = "SELECT is_complete FROM practitioner WHERE id = $1"
NONE: dict[str, Any] = {f"{day}_{end}": ["", ""] for day in forms.FIELDS for end in ("de", "a")}
MORNING = Opening(1, 9 * 60, 12 * 60 + 30)


def week(*ranges: tuple[str, str], day: int = 0) -> Week:
    days: list[list[Range]] = [[] for _ in range(7)]
    days[day] = [Range(*each) for each in ranges]
    return Week(days)


async def test_the_hours_are_the_last_step_to_a_complete_profile(
    camille: Owner, visitor: Visitor
) -> None:
    """Completeness, criterion 8: reached by anybody, from the list of what is missing to the first tier."""
    assert await camille.stored(COMPLETE) is False
    home = await camille.open("/espace")
    assert [link.attributes["href"] for link in home.all(".missing a")] == [PAGE]
    await camille.open(PAGE)
    saved = await camille.send(
        PAGE,
        **NONE | {"mardi_de": ["09:00", "14:00"], "mardi_a": ["12:30", "19:05"]},
        ouverte="1",
    )
    assert "Vos horaires sont enregistrés." in saved.text("[role=status]")
    assert "Vos horaires sont en place" in saved.text("#bloc-horaires")
    assert await camille.stored(COMPLETE) is True
    assert await opening.week_of(camille.practitioner) == [MORNING, Opening(1, 840, 1_145)]
    shown = await visitor.get(f"/praticiens/{camille.slug}")
    assert "Mardi9 h – 12 h 30, 14 h – 19 h 05" in shown.text(".hours")


async def test_without_booking_open_the_hours_are_shown_and_the_criterion_is_not_met(
    camille: Owner, visitor: Visitor
) -> None:
    await camille.open(PAGE)
    await camille.send(PAGE)
    assert await camille.stored(COMPLETE) is False
    assert "Mardi9 h – 12 h 30" in (await visitor.get(f"/praticiens/{camille.slug}")).text(".hours")


async def test_a_usual_week_is_proposed_until_something_is_saved(camille: Owner) -> None:
    """Content § 3.4; nothing is stored by looking."""
    seen = await camille.open(PAGE)
    assert "rien n’est enregistré" in seen.text(".note")
    held = camille.held(PAGE)
    assert [value for name, value in held if name == "mardi_de"] == ["09:00", "14:00", ""]
    assert [value for name, value in held if name == "lundi_de"] == ["", ""]
    assert ("ouverte", "1") not in held
    assert await opening.week_of(camille.practitioner) == []
    await camille.send(PAGE, **NONE)
    seen = await camille.open(PAGE)
    assert not seen.has(".note")
    assert {value for name, value in camille.held(PAGE) if name.endswith("_de")} == {""}


@pytest.mark.parametrize(
    ("ranges", "sentence"),
    [
        ([("09:00", "")], "le début et la fin"),
        ([("", "12:00")], "le début et la fin"),
        ([("12:00", "09:00")], "finit après son début"),
        ([("09:00", "09:00")], "finit après son début"),
        ([("00:00", "24:01")], "comme 9:00 ou 14:30"),
        ([("09:61", "12:00")], "comme 9:00 ou 14:30"),
        ([("neuf", "12:00")], "comme 9:00 ou 14:30"),
        ([("٩:٠٠", "12:00")], "comme 9:00 ou 14:30"),
        ([("09:02", "12:00")], "de 5 en 5 minutes"),
        ([("09:00", "12:00"), ("11:55", "14:00")], "se chevauchent"),
        ([("14:00", "19:00"), ("09:00", "14:05")], "se chevauchent"),
        ([("09:00", "12:00"), ("09:00", "12:00")], "se chevauchent"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_named(
    ranges: list[tuple[str, str]], sentence: str
) -> None:
    with pytest.raises(Refusals) as refusal:
        forms.checked(week(*ranges, day=2))
    [(field, said)] = refusal.value.errors.items()
    assert field == "mercredi"
    assert said.startswith("Mercredi : ")
    assert sentence in said


@pytest.mark.parametrize(
    ("ranges", "minutes"),
    [
        ([("9", "12h")], [(540, 720)]),
        ([("9h30", "12 h 15")], [(570, 735)]),
        ([("14:00", "19:00"), ("09:00", "12:00")], [(540, 720), (840, 1_140)]),
        ([("09:00", "12:00"), ("12:00", "14:00")], [(540, 720), (720, 840)]),
        ([("20:00", "00:00")], [(1_200, 1_440)]),
        ([("00:00", "24:00")], [(0, 1_440)]),
        ([], []),
    ],
)
def test_times_are_read_as_people_write_them_and_put_in_order(
    ranges: list[tuple[str, str]], minutes: list[tuple[int, int]]
) -> None:
    assert forms.checked(week(*ranges)) == [Opening(0, *each) for each in minutes]


async def test_a_refused_week_comes_back_as_typed_with_its_days_named(camille: Owner) -> None:
    await camille.open(PAGE)
    seen = await camille.send(
        PAGE,
        **NONE
        | {
            "lundi_de": ["10:00", "09:00", "15:00"],
            "lundi_a": ["12:00", "11:00", ""],
            "jeudi_a": ["18:00", ""],
        },
        ouverte="1",
    )
    assert seen.status == 422
    links = [link.attributes["href"] for link in seen.all(".refusals a")]
    assert links == ["#champ-lundi", "#champ-jeudi"]
    assert all(seen.has(link or "") for link in links)
    held = camille.held(PAGE)
    assert [value for name, value in held if name == "lundi_de"] == ["10:00", "09:00", "15:00", ""]
    assert [value for name, value in held if name == "jeudi_a"] == ["18:00", ""]
    assert ("ouverte", "1") in held
    assert await opening.is_booking_open(camille.practitioner) is None


async def test_of_two_windows_the_second_is_told_and_loses_nothing(camille: Owner) -> None:
    await camille.open(PAGE)
    before = camille.held(PAGE)
    await camille.send(PAGE, **NONE | {"mardi_de": ["09:00", ""], "mardi_a": ["12:30", ""]})
    await camille.open(PAGE)
    late = [pair for pair in before if pair[0] != "vu"]
    seen = await camille.post(PAGE, [*late, ("vu", dict(before)["vu"])])
    assert seen.status == 409
    assert "dans une autre fenêtre" in seen.text("[role=alert]")
    assert seen.attribute("#champ-mercredi-2-a", "value") == "18:00"
    assert await opening.week_of(camille.practitioner) == [MORNING]


async def test_hours_that_stay_keep_their_line_and_their_place(camille: Owner) -> None:
    await camille.open(PAGE)
    await camille.send(PAGE, **NONE | {"mardi_de": ["09:00", ""], "mardi_a": ["12:30", ""]})
    await connection.execute(
        "UPDATE weekly_opening SET place ="
        " (SELECT id FROM practice_place WHERE practitioner = $1 LIMIT 1) WHERE practitioner = $1",
        camille.practitioner,
    )
    await camille.open(PAGE)
    await camille.send(PAGE, mardi_de=["14:00", "09:00"], mardi_a=["18:00", "12:30"])
    found = await connection.rows(
        "SELECT opens_at_minute, place IS NOT NULL AS has_place FROM weekly_opening"
        " WHERE practitioner = $1 ORDER BY opens_at_minute",
        camille.practitioner,
    )
    assert [tuple(row) for row in found] == [(540, True), (840, False)]


async def test_only_a_practitioner_signed_in_finds_the_page(visitor: Visitor) -> None:
    assert (await visitor.get(PAGE)).status == 303
