"""Themes, practices and figures at the desk: edited, taken off, read as tables, taken away as files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.backoffice import spreadsheets
from app.database import connection
from app.directory import reference, trade
from app.search.fruitless import Tally
from tests.accounts import cast
from tests.backoffice.conftest import Desk, signed
from tests.backoffice.dossier_cast import handed
from tests.factories import practitioner
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(site: Any, empty: None, desk: Desk) -> Desk:
    """The desk, over a directory with nobody in it and the themes and practices of the files."""
    for table in ("theme", "practice"):
        await connection.execute(f"UPDATE {table} SET edited_at = NULL, is_active = true")
    await connection.execute("TRUNCATE fruitless_search")
    await reference.load()
    return desk


async def test_a_theme_is_called_otherwise_and_its_page_says_so(desk: Desk) -> None:
    page = await desk.visitor.get("/admin/thematiques/massages")
    assert page.attribute("#champ-libelle", "value") == "Massages et détente du corps"
    fields = {
        "libelle": "Massages du corps",
        "accroche": "Se poser.",
        "mots": "massage\ndétente\n",
        "vu": page.attribute("input[name=vu]", "value"),
    }
    assert (await desk.visitor.submit("/admin/thematiques/massages", fields)).status == 303
    assert (await trade.theme("massages")).keywords == ["massage", "détente"]
    assert (await desk.visitor.get("/thematiques/massages")).text("h1") == "Massages du corps"
    wrong = await desk.visitor.submit("/admin/thematiques/massages", fields | {"libelle": " "})
    assert wrong.status == 422
    assert wrong.text("textarea") == "massage détente"


async def test_a_practice_gets_its_vigilance_and_is_taken_off(desk: Desk) -> None:
    page = await desk.visitor.get("/admin/pratiques/sophrologie")
    assert not page.has("#champ-vigilance[checked]")
    fields = {
        "libelle": "Sophrologie",
        "definition": page.text("#champ-definition"),
        "mots": page.tree.css_first("#champ-mots").text(),  # type: ignore[union-attr]
        "vigilance": "1",
        "vu": page.attribute("input[name=vu]", "value"),
    }
    assert (await desk.visitor.submit("/admin/pratiques/sophrologie", fields)).status == 303
    assert (await trade.practice("sophrologie")).needs_vigilance
    off = await desk.visitor.submit("/admin/pratiques/sophrologie/proposee", {"proposee": "0"})
    # Back to the line, among a hundred, whose button undoes it.
    assert off.headers["location"] == "/admin/pratiques#sophrologie"
    listed = await desk.visitor.follow(off)
    assert "« Sophrologie » est retirée" in listed.text(".flash")
    assert listed.text("#sophrologie button").startswith("Proposer")
    assert (await desk.visitor.get("/pratiques/sophrologie")).status == 404
    assert "retirée" in (await desk.visitor.get("/admin/pratiques")).text("tbody")
    await desk.visitor.submit("/admin/pratiques/sophrologie/proposee", {"proposee": "1"})
    assert (await desk.visitor.get("/pratiques/sophrologie")).status == 200
    for path in ("/admin/pratiques/rien", "/admin/thematiques/rien"):
        assert (await desk.visitor.get(path)).status == 404


async def test_the_figures_say_who_waits_who_is_listed_and_what_is_sought_in_vain(
    desk: Desk,
) -> None:
    await practitioner()
    await practitioner("Zoé", "Ancel", is_complete=False)
    await handed("Paul", "Blanc")
    tally, now = Tally(), datetime.now(UTC)
    for words, times in (("=bains de forêt", 7), ("rare", 4)):
        for _ in range(times):
            tally.add(words, now)
    await tally.flush(now)
    seen = await desk.visitor.get("/admin/chiffres")
    tables = {node.attributes["id"]: node.parent.text() for node in seen.all("section h2")}  # type: ignore[union-attr]
    assert "Auvergne-Rhône-Alpes" in tables["regions"]
    assert "bains de forêt" in tables["recherches-sans-resultat"]
    assert "rare" not in tables["recherches-sans-resultat"]
    assert "50,0" in tables["completude"]
    assert "moins de 2 jours" in tables["attente"]
    assert "depuis moins d’un jour" in tables["attente"]
    charts = seen.all("svg.chart")
    assert len(charts) == 4
    assert all((chart.attributes.get("aria-label") or "").count(",") >= 1 for chart in charts)
    regions = await desk.visitor.request("GET", "/admin/chiffres/regions.csv")
    assert regions.headers["content-type"].startswith("text/csv")
    text = regions.response.content.decode("utf-8-sig")
    assert text.splitlines() == [
        "Région;Référencés;Dont profils complets",
        "Auvergne-Rhône-Alpes;2;1",
    ]
    vain = await desk.visitor.request("GET", "/admin/chiffres/recherches-sans-resultat.csv")
    assert "'=bains de forêt;7" in vain.html
    for wrong in ("regions", "rien.csv", "regions.xls", ".csv"):
        answer = await desk.visitor.request("GET", f"/admin/chiffres/{wrong}")
        assert answer.status == 404, wrong
    assert (await cast.evidence("admin.action", desk.admin))[-1]["cible"].startswith("chiffres.")


async def test_figures_of_an_empty_directory_open(desk: Desk) -> None:
    assert (await desk.visitor.get("/admin/chiffres")).status == 200


@pytest.mark.parametrize("words", ["=1+1", "+33", "-2", "@SUM(A1)", " =1", "\t=1", "＝1"])
def test_no_cell_is_taken_for_a_formula(words: str) -> None:
    assert (
        spreadsheets.sheet(["a"], [[words]])
        .decode("utf-8-sig")
        .split("\r\n")[1]
        .lstrip('"')
        .startswith("'")
    )


async def test_the_desk_counts_the_dossiers_and_what_ends(desk: Desk) -> None:
    dossier = await handed()
    await connection.execute(
        "UPDATE insurance SET ends_on = current_date + 3 WHERE practitioner = $1",
        dossier.practitioner,
    )
    lines = (await desk.visitor.get("/admin")).texts(".desk__waiting li")
    assert "1 dossier à examiner" in lines
    assert any(line.startswith("1 praticien dont un justificatif") for line in lines)


async def test_only_an_administrator_opens_these_pages(site: Any, desk: Desk) -> None:
    dossier = await handed()
    for account in (desk.client, dossier.account):
        async with Visitor(site) as somebody:
            await signed(somebody, account, is_admin=False)
            for path in (
                "thematiques",
                "thematiques/massages",
                "pratiques/reiki",
                "chiffres",
                "chiffres/regions.csv",
            ):
                assert (await somebody.request("GET", f"/admin/{path}")).status == 404, path
            for path in ("thematiques/massages", "pratiques/reiki/proposee"):
                sent = await somebody.submit(f"/admin/{path}", {"libelle": "x"})
                assert sent.status in (403, 404), path
