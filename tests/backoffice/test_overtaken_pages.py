"""Two administrators over the same words, setting or document: the second is told, and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.backoffice import adjusting
from app.database import connection
from app.directory import reference, trade
from app.directory.editing import Overtaken
from app.legal import documents
from app.legal.tables import Document
from app.rendering import filters
from app.rendering.moments import day_of
from app.settings import values
from app.settings.values import ChangedMeanwhile
from tests.accounts import cast
from tests.backoffice.conftest import Desk, signed
from tests.visitors import Seen, Visitor, folded

pytestmark = pytest.mark.anyio
SETTINGS = "/admin/reglages"


@pytest.fixture
async def desk(site: Any, empty: None, desk: Desk) -> Desk:
    """The desk, over the themes and practices of the files."""
    for table in ("theme", "practice"):
        await connection.execute(f"UPDATE {table} SET edited_at = NULL, is_active = true")
    await reference.load()
    return desk


@pytest.fixture
async def grace(site: Any, desk: Desk) -> AsyncIterator[Visitor]:
    """Another administrator."""
    account = await cast.admin("grace@exemple.fr")
    await connection.execute(
        "UPDATE account SET first_name = 'Grace', last_name = 'Hopper' WHERE id = $1", account
    )
    async with Visitor(site) as visitor:
        await signed(visitor, account, is_admin=True)
        yield visitor


def fields_of(page: Seen) -> dict[str, str]:
    """What the form of the page holds, as a browser would send it."""
    fields = {
        node.attributes["name"] or "": node.attributes.get("value") or ""
        for node in page.all("main form input:not([type=checkbox]), main form input[checked]")
    }
    return fields | {
        node.attributes["name"] or "": node.text().removeprefix("\n")
        for node in page.all("main form textarea")
    }


@pytest.mark.parametrize(
    ("address", "words", "label"),
    [
        ("/admin/thematiques/massages", "accroche", "Accroche"),
        ("/admin/pratiques/sophrologie", "definition", "Définition"),
    ],
)
async def test_words_saved_over_those_of_somebody_else_are_refused_once_and_none_is_lost(
    desk: Desk, grace: Visitor, address: str, words: str, label: str
) -> None:
    mine = fields_of(await desk.visitor.get(address)) | {words: "Mes mots."}
    theirs = fields_of(await grace.get(address)) | {words: "Ceux de Grace."}
    assert (await grace.submit(address, theirs)).status == 303
    refused = await desk.visitor.submit(address, mine)
    assert refused.status == 422
    assert "a été modifiée depuis que vous avez ouvert cette page" in refused.text(".refusals")
    assert refused.texts(".note dt") == [label]
    assert refused.text(".note dd") == "Ceux de Grace."
    typed = fields_of(refused)
    assert typed | {"vu": "", "jeton": ""} == mine | {"vu": "", "jeton": ""}
    assert (await desk.visitor.get(address)).text("main").count("Mes mots.") == 0
    assert (await desk.visitor.submit(address, typed)).status == 303
    assert "Mes mots." in fields_of(await grace.get(address)).values()


async def test_a_form_corrected_after_a_refusal_is_still_told_of_what_came_meanwhile(
    desk: Desk, grace: Visitor
) -> None:
    address = "/admin/thematiques/massages"
    mine = fields_of(await desk.visitor.get(address))
    theirs = fields_of(await grace.get(address)) | {"accroche": "Ceux de Grace."}
    assert (await grace.submit(address, theirs)).status == 303
    wrong = await desk.visitor.submit(address, mine | {"libelle": ""})
    assert wrong.text("#champ-libelle-erreur")
    again = await desk.visitor.submit(address, fields_of(wrong) | {"libelle": "Massages"})
    assert again.status == 422
    assert "Ceux de Grace." in again.text(".note")


async def test_the_same_words_sent_twice_are_saved_once(desk: Desk) -> None:
    address = "/admin/pratiques/sophrologie"
    sent = fields_of(await desk.visitor.get(address)) | {"definition": "Mes mots."}
    for _ in range(2):
        assert (await desk.visitor.submit(address, sent)).status == 303
    told = await cast.evidence("admin.action", desk.admin)
    assert [one["action"] for one in told] == ["pratique.change"]


@pytest.mark.race
async def test_of_five_administrators_who_save_a_theme_at_once_four_are_told(desk: Desk) -> None:
    found = await trade.theme("massages")
    saved = await asyncio.gather(
        *(
            trade.change_theme(
                "massages",
                label=f"Massages {number}",
                tagline=found.tagline,
                keywords=found.keywords,
                seen=found.mark,
                by=uuid4(),
                now=datetime.now(UTC),
            )
            for number in range(5)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Overtaken) for one in saved) == 4


@pytest.mark.race
async def test_of_two_themes_that_ask_for_one_label_at_once_one_has_it(desk: Desk) -> None:
    found = (await trade.themes())[:2]
    saved = await asyncio.gather(
        *(
            trade.change_theme(
                one.slug,
                label="Se retrouver",
                tagline="Se poser.",
                keywords=[],
                seen=one.mark,
                by=uuid4(),
                now=datetime.now(UTC),
            )
            for one in found
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, trade.WordsRefused) for one in saved) == 1


async def test_a_setting_changed_meanwhile_is_not_changed_over_and_its_value_is_shown(
    desk: Desk, grace: Visitor
) -> None:
    name = values.MAIL_LOG_MONTHS
    seen = {page: await page.get(SETTINGS) for page in (desk.visitor, grace)}

    def sent(page: Seen, value: str) -> dict[str, str]:
        mark = page.attribute(f'form:has([value="{name}"]) [name=vu]', "value")
        return {"reglage": name, "valeur": value, "vu": mark}

    assert (await grace.submit(SETTINGS, sent(seen[grace], "36"))).status == 303
    refused = await desk.visitor.submit(SETTINGS, sent(seen[desk.visitor], "12"))
    assert refused.status == 422
    error = refused.text(f'[id="champ-{name}-erreur"]')
    assert "changé entre-temps (Grace Hopper)" in error
    assert refused.text(f'li:has([value="{name}"]) .record__when') == "Aujourd’hui : 36"
    assert refused.attribute(f'[id="champ-{name}"]', "value") == "12"
    assert await values.value_of(name, datetime.now(UTC)) == 36
    assert (await desk.visitor.submit(SETTINGS, sent(refused, "12"))).status == 303
    assert await values.value_of(name, datetime.now(UTC)) == 12


async def test_a_change_of_the_ranking_announced_meanwhile_is_not_undone_unknowingly(
    desk: Desk, grace: Visitor
) -> None:
    name = values.JUPITERRE_TIER
    asked = {"reglage": name, "vu": "0"}
    await desk.visitor.get(SETTINGS)
    await grace.get(SETTINGS)
    assert (await grace.submit(SETTINGS, asked | {"valeur": "non"})).status == 303
    refused = await desk.visitor.submit(SETTINGS, asked | {"valeur": "oui"})
    assert "changé entre-temps" in refused.text(f'[id="champ-{name}-erreur"]')
    assert "Annoncé : non" in refused.text("main")


async def test_the_value_a_setting_has_already_is_no_change(desk: Desk) -> None:
    await desk.visitor.get(SETTINGS)
    asked = {"reglage": values.MAIL_LOG_MONTHS, "valeur": "36", "vu": "0"}
    for _ in range(2):
        assert (await desk.visitor.submit(SETTINGS, asked)).status == 303
    assert await cast.count("setting_change") == 1


async def test_a_version_written_from_an_older_one_shows_first_what_it_takes_off_the_last(
    desk: Desk, grace: Visitor
) -> None:
    address = "/admin/documents/conditions-utilisation"
    mine, theirs = [fields_of(await who.get(address)) for who in (desk.visitor, grace)]
    mine["texte"] += "\n\nUne phrase à moi."
    theirs["texte"] += "\n\nLa phrase de Grace."
    preview = await desk.visitor.submit(address, mine)
    assert preview.status == 200
    assert (await grace.submit(address, theirs | {"publier": "1"})).status == 303
    refused = await desk.visitor.submit(address, fields_of(preview) | {"publier": "1"})
    assert refused.status == 422
    assert "La version 2 a été publiée pendant que vous écriviez" in refused.text(".refusals")
    typed = fields_of(refused)
    assert typed["texte"].strip() == mine["texte"].strip()
    again = await desk.visitor.submit(address, typed)
    assert "La phrase de Grace" in again.text("del")
    assert (await desk.visitor.submit(address, fields_of(again) | {"publier": "1"})).status == 303
    assert [one.number for one in await documents.versions_of(Document.TERMS)] == [3, 2, 1]


async def test_the_day_of_a_version_is_written_as_people_write_it(desk: Desk) -> None:
    address = "/admin/documents/conditions-utilisation"
    fields = fields_of(await desk.visitor.get(address))
    day = day_of(datetime.now(UTC)) + timedelta(days=40)
    changed = {"texte": f"{fields['texte']}\n\nUne phrase.", "effet": day.isoformat()}
    preview = await desk.visitor.submit(address, fields | changed)
    assert f"le {folded(filters.day(day))} à 0 h 00" in preview.text("dl")


@pytest.mark.race
async def test_of_five_administrators_who_change_a_setting_at_once_four_are_told(
    desk: Desk,
) -> None:
    changed = await asyncio.gather(
        *(
            adjusting.adjust(
                values.MAIL_LOG_MONTHS,
                str(months),
                seen=0,
                by=uuid4(),
                author="Ada Byron",
                now=datetime.now(UTC),
            )
            for months in range(20, 25)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, ChangedMeanwhile) for one in changed) == 4
    assert await cast.count("setting_change") == 1
