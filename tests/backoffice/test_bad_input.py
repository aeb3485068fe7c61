"""Whatever is typed, in a form or in an address, the desk answers in French, and nothing is half written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from app.config import ROOT
from app.database import connection
from app.legal import documents
from app.legal.tables import Document
from app.listing import life
from app.settings import values
from tests.accounts import cast
from tests.backoffice.conftest import Desk
from tests.backoffice.dossier_cast import handed
from tests.house.test_routes import routes_of
from tests.visitors import Seen

pytestmark = pytest.mark.anyio

FACTS = "Trois documents remis appartiennent à une autre personne que le praticien."
DRAFT = "/admin/documents/conditions-utilisation"
HUGE = "9" * 40
NASTY = (
    "",
    "\x00\x01\x1b",
    "\u202e\u200b\ufeff",
    HUGE,
    "-1",
    "é" * 300,
    "0001-01-01",
    "9999-12-31",
    "%s{{ 7*7 }}<script>'\"\\",
)
FIELDS = sorted(
    {
        name
        for page in (ROOT / "templates/backoffice").glob("*.html")
        for name in re.findall(
            r'(?:name="|_field\("|text_area\(")([a-z_]+)"', page.read_text("utf-8")
        )
    }
)
"""Every name that a form of the desk sends."""
FILTERS = ("q", "etat", "onglet", "region", "page", "ligne", "piece", "feuille", "zoom")
NUMBERS = ("0", "-1", "2147483648", HUGE, "9" * 5_000, "1.5", "%00")
WORDS = ("%00", "%0a", "%ff", "..%2f..", HUGE, "%E2%80%AE", "a" * 3_000, "'", "{{7}}", "%20")
FIT = {
    "{practitioner:int}": "1",
    "{document:str}": str(uuid4()),
    "{account:str}": str(uuid4()),
    "{mail:str}": str(uuid4()),
    "{reference:str}": "L-202611-00000000",
    "{slug:str}": "aucun",
    "{job:int}": "1",
    "{file:str}": "regions.csv",
    "{line:str}": "siret",
    "{sheet:int}": "1",
}


def _doors(site: Any, method: str) -> list[str]:
    return [path for name, how, path in routes_of(site) if how == method and "backoffice." in name]


def _address(path: str, changed: str = "", value: str = "") -> str:
    for parameter, fit in FIT.items():
        path = path.replace(parameter, value if parameter == changed else fit)
    return path


@pytest.fixture
async def desk(site: Any, empty: None, desk: Desk) -> Desk:
    """The desk, with one dossier handed over: whoever is number 1 of an empty directory."""
    one = await handed()
    assert one.practitioner == 1
    await life.list_(1, by=desk.admin, now=datetime.now(UTC))
    return desk


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_address_of_the_desk_breaks_it(site: Any, desk: Desk, method: str) -> None:
    answer = desk.visitor.get if method == "GET" else desk.visitor.submit
    await desk.visitor.get("/admin/reglages")
    for path in _doors(site, method):
        for parameter in (one for one in FIT if one in path):
            for value in NUMBERS if parameter.endswith(":int}") else WORDS:
                address = _address(path, parameter, value)
                assert (await answer(address)).status in (400, 403, 404, 405), address[:200]


async def test_no_filter_of_the_desk_breaks_it(site: Any, desk: Desk) -> None:
    for path in _doors(site, "GET"):
        for value in NASTY:
            query = "&".join(f"{name}={quote(value)}" for name in FILTERS)
            found = await desk.visitor.get(f"{_address(path)}?{query}")
            assert found.status in (200, 404), (path, value)


async def test_no_form_of_the_desk_breaks_it(site: Any, desk: Desk) -> None:
    """Every field missing, then every field with the same thing in it."""
    for path in _doors(site, "POST"):
        for value in (None, *NASTY):
            await desk.visitor.get("/admin/reglages")
            fields = {} if value is None else dict.fromkeys(FIELDS, value)
            found = await desk.visitor.submit(_address(path), fields)
            assert found.status in (200, 303, 403, 404, 409, 422), (path, value)


@pytest.mark.parametrize("day", ["0001-01-01", "2026-02-30", "demain", "20261301", "2026-W53-9"])
async def test_a_day_that_cannot_be_is_said_beside_its_field_and_nothing_is_decided(
    desk: Desk, day: str
) -> None:
    sheet, listing = f"/admin/personnes/{desk.client}", "/admin/praticiens/1"
    text = "# Conditions\n\nUn texte nouveau."
    for page, address, field, fields in (
        (sheet, f"{sheet}/suspension", "fin", {"motif": "conditions"}),
        (listing, f"{listing}/decision", "fin", {"mesure": "suspension", "motif": "regle"}),
        (listing, f"{listing}/decision", "effet", {"mesure": "delisting", "motif": "regle"}),
        (DRAFT, DRAFT, "effet", {"texte": text}),
        (DRAFT, DRAFT, "effet", {"texte": text, "publier": "1"}),
    ):
        await desk.visitor.get(page)
        typed = {"faits": FACTS, "vu": "0", field: day} | fields
        refused = await desk.visitor.submit(address, typed)
        assert refused.status == 422
        assert refused.text(f"#champ-{field}-erreur"), (address, field)
        assert refused.text("textarea") in (FACTS, " ".join(text.split()))
        assert refused.attribute(f"#champ-{field}", "value") == day
    for table in ("suspension", "decision"):
        assert await connection.number(f"SELECT count(*) FROM {table}") == 0
    [version] = await documents.versions_of(Document.TERMS)
    assert version.number == 1


async def test_a_version_does_not_wait_for_more_than_a_year(desk: Desk) -> None:
    """No other could come before it: the document would stay as it is."""
    await desk.visitor.get(DRAFT)
    for fields in ({}, {"publier": "1"}):
        typed = {"texte": "# Conditions\n\nUn texte nouveau.", "effet": "9999-12-31"} | fields
        refused = await desk.visitor.submit(DRAFT, typed)
        assert refused.status == 422
        assert "plus proche" in refused.text("#champ-effet-erreur")


async def test_a_switch_is_turned_at_once_and_what_cannot_be_stays_as_typed(desk: Desk) -> None:
    await desk.visitor.get("/admin/reglages")
    page = "/admin/reglages"
    for name, wrong in (
        (values.LISTING_AUTOMATIC, "peut-être"),
        (values.LISTING_AUTOMATIC, "1"),
        (values.MAIL_LOG_MONTHS, "douze"),
    ):
        refused = await desk.visitor.submit(page, {"reglage": name, "valeur": wrong})
        assert refused.status == 422
        assert refused.text(f'[id="champ-{name}-erreur"]')
    refused = await desk.visitor.submit(page, {"reglage": values.MAIL_LOG_MONTHS, "valeur": "999"})
    assert refused.attribute(f'[id="champ-{values.MAIL_LOG_MONTHS}"]', "value") == "999"
    done = await desk.visitor.submit(page, {"reglage": values.LISTING_AUTOMATIC, "valeur": "oui"})
    assert done.status == 303
    assert await values.value_of(values.LISTING_AUTOMATIC, datetime.now(UTC)) is True
    told = (await cast.evidence("admin.action", desk.admin))[-1]
    assert (told["avant"], told["apres"]) == (False, True)
    changed = await desk.visitor.get(page)
    seen = changed.attribute(f'form:has([value="{values.LISTING_AUTOMATIC}"]) [name=vu]', "value")
    back = {"reglage": values.LISTING_AUTOMATIC, "valeur": "non", "vu": seen}
    assert (await desk.visitor.submit(page, back)).status == 303
    assert await values.value_of(values.LISTING_AUTOMATIC, datetime.now(UTC)) is False


async def test_a_decision_sent_twice_counts_once(desk: Desk) -> None:
    """Two clicks, a page gone back to, another window of the same person."""
    sent = {"faits": FACTS, "motif": "regle", "mesure": "suspension", "vu": "0"}
    for path, fields in (
        ("/admin/praticiens/1/decision", sent),
        (f"/admin/personnes/{desk.client}/suspension", sent | {"motif": "conditions"}),
    ):
        await desk.visitor.get("/admin/reglages")
        assert (await desk.visitor.submit(path, fields)).status == 303
        assert (await desk.visitor.submit(path, fields)).status in (303, 422)
    assert await cast.count("decision") == await cast.count("suspension") == 1


@pytest.mark.parametrize(
    ("ending", "before"),
    [("correction", "lignes/siret"), ("referencer", "tout-remis"), ("refus", "")],
)
async def test_an_examination_ended_twice_ends_once(desk: Desk, ending: str, before: str) -> None:
    one = await handed("Camille", "Double")
    fields = {"decision": "0", "constat": "a-corriger", "motif": "regle", "faits": FACTS}

    async def submit(path: str) -> Seen:
        return await desk.visitor.submit(f"{one.url}/{path}", fields)

    for path in filter(None, (before, ending)):
        fields["vu"] = (await desk.visitor.get(one.url)).attribute("input[name=vu]", "value")
        assert (await submit(path)).status == 303
    told, steps = await cast.count("mail"), await life.steps_of(one.practitioner)
    again = await submit(ending)
    assert again.status == 422
    assert again.text(".refusals")
    assert await cast.count("mail") == told
    assert await life.steps_of(one.practitioner) == steps
