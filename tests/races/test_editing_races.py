"""A profile edited in several tabs at the same instant, over real connections: one wins, the others are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from app.directory import editing, lines, profiles, trainings
from app.directory.editing import Block, Kind, Overtaken
from app.directory.lines import LIMITS, TooManyLines
from app.directory.profiles import Headline
from app.directory.trainings import Training
from tests.factories import id_of, practitioner

pytestmark = [pytest.mark.anyio, pytest.mark.race]


async def test_of_five_tabs_that_save_at_once_one_is_written_and_four_are_told(empty: None) -> None:
    person = await id_of(await practitioner())
    seen, now = await editing.mark_of(person, Block.HEADLINE), datetime.now(UTC)

    async def save(number: int) -> str:
        try:
            await profiles.write_headline(
                person, Headline(f"Écrit dans l’onglet {number}"), seen=seen, now=now
            )
        except Overtaken:
            return "told"
        return f"Écrit dans l’onglet {number}"

    answers = Counter(await asyncio.gather(*(save(number) for number in range(5))))
    assert answers.pop("told") == 4
    [(kept, _)] = answers.items()
    assert (await profiles.headline_of(person)).headline == kept


async def test_the_same_form_sent_five_times_at_once_adds_one_line(empty: None) -> None:
    person, now = await id_of(await practitioner()), datetime.now(UTC)
    key = await lines.new_key(person, Kind.TRAINING)
    written = Training("Relaxation", "École du Souffle", "2020")
    added = await asyncio.gather(
        *(trainings.add(person, written, key=key, now=now) for _ in range(5))
    )
    assert len(set(added)) == 1
    assert len(await lines.removed_of(person, Kind.TRAINING, now=now)) == 0


async def test_the_last_place_of_a_list_is_given_once(empty: None) -> None:
    person, now = await id_of(await practitioner()), datetime.now(UTC)
    written = Training("Relaxation", "École du Souffle", "2020")
    for _ in range(LIMITS[Kind.TRAINING] - 2):
        await trainings.add(person, written, key="", now=now)

    async def add() -> bool:
        try:
            await trainings.add(person, written, key="", now=now)
        except TooManyLines:
            return False
        return True

    assert sum(await asyncio.gather(*(add() for _ in range(4)))) == 1


async def test_taking_off_and_changing_a_line_at_once_loses_nothing(empty: None) -> None:
    person, now = await id_of(await practitioner()), datetime.now(UTC)
    line = await trainings.add(person, Training("Avant", "École", "2020"), key="", now=now)
    seen = await editing.mark_of_line(person, Kind.TRAINING, line)

    async def change() -> str:
        try:
            await trainings.change(
                person, line, Training("Après", "École", "2020"), seen=seen, now=now
            )
        except Overtaken:
            return "told"
        return "changed"

    answers = await asyncio.gather(lines.remove(person, Kind.TRAINING, line, now=now), change())
    await lines.restore(person, Kind.TRAINING, line, now=now)
    kept = await trainings.training_of(person, line)
    assert kept.title == ("Après" if answers[1] == "changed" else "Avant")
