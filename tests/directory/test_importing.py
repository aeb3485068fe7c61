"""Practitioners from a CSV: every line or none, told line by line, and the same file twice changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from stdnum import luhn

from app.database import connection
from app.directory.spreadsheets import NotAList
from app.listing import importing
from tests import factories

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HEADING = (
    "email;siret;prenom;nom;titre;pratiques;thematiques;rue;code_postal;commune;telephone;tva\n"
)
GOOD = (
    "lea@exemple.fr;732 829 320 00074;Léa;d’Aubigné;Des séances pour souffler;Sophrologie | yoga;"
    "gestion-du-stress;1 rue des Essais;69003;Lyon;06 12 34 56 78;non\n"
)


def siret(number: int) -> str:
    siren = f"{10_000_000 + number:08d}"
    establishment = siren + luhn.calc_check_digit(siren) + "0001"
    return establishment + luhn.calc_check_digit(establishment)


@pytest.fixture(autouse=True)
async def nobody(pool: None, index_gateway: Any) -> AsyncIterator[None]:
    await factories.empty_directory(index_gateway)
    yield
    await connection.execute("TRUNCATE practitioner CASCADE")


async def count() -> int:
    found = await connection.row("SELECT count(*) AS n FROM practitioner")
    assert found is not None
    return int(found["n"])


async def told(text: str) -> list[str]:
    report = await importing.load((HEADING + text).encode(), now=NOW)
    assert report.created == 0
    assert await count() == 0
    return [str(fault) for fault in report.faults]


async def test_a_line_becomes_a_draft_that_nobody_sees_with_all_it_says() -> None:
    report = await importing.load((HEADING + GOOD).encode(), now=NOW)
    assert (report.created, report.known, report.faults) == (1, 0, [])
    row = await connection.row(
        "SELECT p.*, l.siret, l.email, l.phone, l.is_vat_told, f.headline, c.commune FROM practitioner p"
        " JOIN legal_identity l ON l.practitioner = p.id JOIN profile f ON f.practitioner = p.id"
        " JOIN practice_place c ON c.practitioner = p.id"
    )
    assert row is not None
    assert (row["slug"], row["listing_state"], row["sort_name"][:8]) == (
        "lea-d-aubigne",
        "draft",
        "daubigne",
    )
    assert (row["siret"], row["email"], row["phone"]) == (
        "73282932000074",
        "lea@exemple.fr",
        "+33612345678",
    )
    assert row["commune"] == "69383"
    assert row["is_vat_told"] is True
    practices = await connection.rows(
        "SELECT r.slug FROM practice_offered o JOIN practice r ON r.id = o.practice ORDER BY o.position"
    )
    assert [one["slug"] for one in practices] == ["sophrologie", "yoga"]
    criteria = await connection.rows("SELECT criterion, is_met FROM profile_criterion")
    assert len(criteria) == 12
    met = {one["criterion"] for one in criteria if one["is_met"]}
    assert met == {"headline", "themes", "place"}


async def test_the_same_file_twice_changes_nothing() -> None:
    whole = (HEADING + GOOD).encode()
    await importing.load(whole, now=NOW)
    await connection.execute("UPDATE profile SET headline = 'Écrit par la personne elle-même'")
    again = await importing.load(whole, now=NOW)
    assert (again.created, again.known) == (0, 1)
    found = await connection.row("SELECT headline FROM profile")
    assert found is not None
    assert found["headline"] == "Écrit par la personne elle-même"


async def test_two_namesakes_have_two_addresses() -> None:
    lines = "".join(f"a{n}@exemple.fr;{siret(n)};Anne;Martin;;;;;;;;\n" for n in range(3))
    assert (await importing.load((HEADING + lines).encode(), now=NOW)).created == 3
    found = await connection.rows("SELECT slug FROM practitioner ORDER BY id")
    assert [row["slug"] for row in found] == ["anne-martin", "anne-martin-2", "anne-martin-3"]


async def test_one_wrong_line_and_nothing_is_loaded() -> None:
    faults = await told(GOOD + "paul@exemple.fr;73282932000079;Paul;Petit;;;;;;;;\n")
    assert faults == ["ligne 3, colonne « siret » : n’est pas un SIRET (14 chiffres, clé juste)"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (";73282932000074;Paul;Petit;;;;;;;;", "email"),
        ("paul;73282932000074;Paul;Petit;;;;;;;;", "email"),
        ("p@exemple.fr;;Paul;Petit;;;;;;;;", "siret"),
        ("p@exemple.fr;73282932000074;;Petit;;;;;;;;", "prenom"),
        ("p@exemple.fr;73282932000074;Paul;<b>;;;;;;;;", "nom"),
        ("p@exemple.fr;73282932000074;Paul;Petit;" + "x" * 121 + ";;;;;;;", "titre"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;exorcisme;;;;;;", "pratiques"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;;inconnue;;;;;", "thematiques"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;;;1 rue A;6900;Lyon;;", "code_postal"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;;;1 rue A;69003;Brest;;", "commune"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;;;;;;36 15;", "telephone"),
        ("p@exemple.fr;73282932000074;Paul;Petit;;;;;;;;FR00123456789", "tva"),
        ("p@exemple.fr;73282932000074;Paul;Petit;=HYPERLINK(1);;;;;;;", "titre"),
        ("p@exemple.fr;73282932000074;@Paul;Petit;;;;;;;;", "prenom"),
        ("p@exemple.fr;73282932000074;Pa\x00ul;Petit;;;;;;;;", "prenom"),
        ("p@exemple.fr;73282932000074;Paul;Pe\u202etit;;;;;;;;", "nom"),
    ],
)
async def test_a_refused_line_says_its_line_its_column_and_why(line: str, column: str) -> None:
    faults = await told(line + "\n")
    assert len(faults) == 1
    assert faults[0].startswith(f"ligne 2, colonne « {column} » : ")


async def test_every_fault_of_a_file_is_told_at_once_in_order() -> None:
    faults = await told("x;1;A;B;;;;;;;;\nseul\n" + GOOD + GOOD)
    assert [fault.split(" : ")[0] for fault in faults] == [
        "ligne 2, colonne « email »",
        "ligne 2, colonne « siret »",
        "ligne 3",
        "ligne 5, colonne « siret »",
    ]


async def test_a_line_counts_from_where_it_begins_even_after_a_value_of_several_lines() -> None:
    faults = await told(
        'a@exemple.fr;73282932000074;"Anne\n\nMarie";Petit;;;;;;;;\nx;1;A;B;;;;;;;;\n'
    )
    assert {fault.split(",")[0] for fault in faults} == {"ligne 5"} | {
        fault.split(",")[0] for fault in faults if "prenom" in fault
    }


async def test_a_trial_says_what_would_be_done_and_does_nothing() -> None:
    report = await importing.load((HEADING + GOOD).encode(), is_dry=True, now=NOW)
    assert (report.created, report.is_dry) == (1, True)
    assert await count() == 0


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 avec indicateur (BOM)"), ("cp1252", "Windows-1252")],
)
async def test_the_encoding_is_found_and_told(encoding: str, words: str) -> None:
    report = await importing.load((HEADING + GOOD).encode(encoding), now=NOW)
    assert report.encoding == words
    assert report.created == 1
    found = await connection.row("SELECT first_name, last_name FROM practitioner")
    assert found is not None
    assert tuple(found) == ("Léa", "d’Aubigné")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "nommer les colonnes"),
        (b"\n\n", "nommer les colonnes"),
        ((HEADING + GOOD).encode("utf-16"), "UTF-16"),
        (b"email;siret\n\x81\x8d;1\n", "Ligne 2"),
        (b"email;siret;couleur\n", "couleur"),
        (b"email;email;siret\n", "deux fois"),
        (b"email\n", "siret"),
        (b'email;siret\n"jamais ferme;1\n', "guillemets"),
        (b"email;siret\n" + b"x" * 200_000 + b";1\n", "Ligne 2"),
    ],
)
async def test_what_is_no_list_is_refused_with_the_reason(raw: bytes, told: str) -> None:
    with pytest.raises(NotAList, match=told):
        await importing.load(raw, now=NOW)


@pytest.mark.race
async def test_the_same_file_loaded_twice_at_once_is_loaded_once() -> None:
    whole = (HEADING + GOOD).encode()
    reports = await asyncio.gather(*(importing.load(whole, now=NOW) for _ in range(4)))
    assert sorted(report.created for report in reports) == [0, 0, 0, 1]
    assert await count() == 1


async def test_ten_thousand_lines_take_seconds() -> None:
    lines = "".join(
        f"p{n}@exemple.fr;{siret(n)};Anne;Martin;Des séances pour souffler;yoga;gestion-du-stress;"
        "1 rue des Essais;69003;Lyon;06 12 34 56 78;non\n"
        for n in range(10_000)
    )
    start = time.monotonic()
    report = await importing.load((HEADING + lines).encode(), now=NOW)
    assert report.created == 10_000
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(("column", "most"), [("pratiques", 20), ("thematiques", 8)])
async def test_an_import_holds_no_more_than_its_page_could_be_saved_with(
    column: str, most: int
) -> None:
    table = "practice" if column == "pratiques" else "theme"
    rows = await connection.rows(f"SELECT label FROM {table} ORDER BY id LIMIT $1", most + 1)
    listed = " | ".join(row["label"] for row in rows)
    values = {"pratiques": "", "thematiques": ""} | {column: listed}
    line = f"p@exemple.fr;73282932000074;Paul;Petit;;{values['pratiques']};{values['thematiques']};;;;;\n"
    (fault,) = await told(line)
    assert column in fault
    assert f"en compte plus de {most}" in fault
