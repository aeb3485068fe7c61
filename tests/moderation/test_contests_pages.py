"""The decisions contested as the desk lists them: what waits first, and what was answered found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.backoffice import contested
from app.database import connection
from app.moderation import contests, decisions, delisting
from tests.listing import cast
from tests.listing.cast import Owner
from tests.moderation.conftest import listed, now
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

FACTS = "L’attestation remise le 2 novembre est celle d’une autre personne."
WORDS = "Cette attestation porte mon nom de naissance, Camille Durand."
ANSWER = "L’attestation est bien la vôtre : le nom de naissance l’explique."
PAGE = "/admin/contestations"


async def suspended(who: Owner, admin: UUID) -> str:
    """The reference of a suspension contested at once."""
    reference = await delisting.suspend(
        who.practitioner,
        by=admin,
        ground="regle",
        facts=FACTS,
        ends_at=None,
        seen=await decisions.latest(who.practitioner),
        now=now(),
    )
    await contests.contest(reference, WORDS, now=now())
    return reference


async def test_who_answered_a_contest_finds_it_again(
    desk: Visitor, camille: Owner, admin: UUID
) -> None:
    empty = await desk.get(PAGE)
    assert empty.texts(".desk__tabs a") == ["À traiter 0", "Répondues 0"]
    assert "n’attend de réponse" in empty.text("main")
    assert "n’a encore reçu de réponse" in (await desk.get(f"{PAGE}?etat=repondues")).text("main")
    reference = await suspended(camille, admin)
    assert (await desk.get(PAGE)).texts(".desk__tabs a") == ["À traiter 1", "Répondues 0"]
    await desk.get(f"{PAGE}/{reference}")
    answered = {"reponse": ANSWER, "resultat": "maintenue"}
    assert (await desk.submit(f"{PAGE}/{reference}", answered)).status == 303
    waiting = await desk.get(PAGE)
    assert not waiting.has("tbody")
    found = await desk.get(waiting.attribute(".desk__tabs a:last-child", "href"))
    assert found.text(".desk__tabs [aria-current]") == "Répondues 1"
    line = found.text("tbody tr")
    for told in (reference, "Camille Martin", "Ada Byron", "maintenue"):
        assert told in line
    answer = await desk.get(found.attribute("tbody a", "href"))
    assert ANSWER in answer.text("main")
    assert (await desk.get(answer.attribute("main a", "href"))).has("tbody")


async def test_the_latest_answer_comes_first_and_the_oldest_question_too(
    camille: Owner, admin: UUID
) -> None:
    dominique = await cast.owner("Dominique")
    await listed(dominique)
    first, second = await suspended(camille, admin), await suspended(dominique, admin)
    assert [
        one.reference for one in (await contested.listed(1, is_answered=False)).found.lines
    ] == [
        first,
        second,
    ]
    for minutes, reference in enumerate((first, second)):
        await contests.answer(
            reference, ANSWER, is_upheld=True, by=admin, now=now() + timedelta(minutes=minutes)
        )
    listing = await contested.listed(1, is_answered=True)
    assert (listing.waiting, listing.answered) == (0, 2)
    assert [one.reference for one in listing.found.lines] == [second, first]


async def test_a_longer_list_of_contests_is_paged_and_costs_no_more_queries(
    desk: Visitor, camille: Owner, admin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = connection.rows

    async def watched(sql: str, *parameters: Any) -> list[Any]:
        asked.append(sql)
        return await real(sql, *parameters)

    monkeypatch.setattr(connection, "rows", watched)
    await contested.listed(1, is_answered=True)
    few = len(asked)
    monkeypatch.undo()
    await connection.execute(
        "WITH made AS (INSERT INTO decision (reference, practitioner, measure, ground, facts, exception, decided_at,"
        "   decided_by, is_by_practitioner, effective_at)"
        " SELECT 'L-202611-' || n, $1, 'suspension', 'regle', '', '', $3, $2, false, $3"
        " FROM generate_series(1, 120) AS n RETURNING id)"
        " INSERT INTO contest (decision, words_sealed, received_at, answered_at, answered_by, is_upheld, answer_sealed)"
        " SELECT id, '', $3, $3, $2, true, '' FROM made",
        camille.practitioner,
        admin,
        datetime(2026, 11, 20, tzinfo=UTC),
    )
    monkeypatch.setattr(connection, "rows", watched)
    listing = await contested.listed(3, is_answered=True)
    assert len(asked) == 2 * few
    assert (len(listing.found.lines), listing.answered) == (20, 120)
    second = await desk.get(f"{PAGE}?etat=repondues&page=2")
    assert second.text(".desk__pages span") == "Page 2 sur 3"
    third = await desk.get(second.attribute(".desk__pages [rel=next]", "href"))
    assert len(third.all("tbody tr")) == 20
