"""The lists of a practitioner's page, line by line: added once, changed, taken off and put back, put in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import connection
from app.directory import lines, money
from app.directory.editing import Kind
from app.directory.lines import TooLate
from tests.directory.owner import Owner
from tests.visitors import HTMX, Visitor

pytestmark = pytest.mark.anyio

NEW = "/espace/prestations/nouvelle"
DESCRIPTION = "Une séance pour faire le point, au calme, sans autre objectif que le repos."


async def _added(camille: Owner, label: str, **fields: str) -> int:
    await camille.open(NEW)
    values: dict[str, Any] = {
        "intitule": label,
        "description": DESCRIPTION,
        "pratique": await _practice(camille),
    }
    page = await camille.send(NEW, **(values | {"duree": "45", "prix": "65"} | fields))
    assert page.status == 200, page.text("main")
    return (await camille.lines())[-1]


async def _practice(camille: Owner) -> str:
    return str(
        await camille.stored(
            "SELECT practice FROM practice_offered WHERE practitioner = $1 ORDER BY position LIMIT 1"
        )
    )


async def _labels(camille: Owner) -> list[str]:
    found = await connection.rows(
        "SELECT label FROM service WHERE practitioner = $1 ORDER BY position, id",
        camille.practitioner,
    )
    return [row["label"] for row in found]


# ---- services ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("65", 6500),
        ("65,50", 6550),
        ("65.5", 6550),
        ("1 200 €", 120_000),
        ("0", 0),
        (" 65 € ", 6500),
    ],
)
async def test_a_price_is_read_as_it_is_written_in_french(
    camille: Owner, guest: Visitor, typed: str, cents: int
) -> None:
    line = await _added(camille, "Séance au jardin", prix=typed)
    stored = (
        "SELECT price_cents FROM service WHERE practitioner = $1 ORDER BY position DESC LIMIT 1"
    )
    assert await camille.stored(stored) == cents
    rule = "SELECT payment_rule FROM service WHERE practitioner = $1 ORDER BY position DESC LIMIT 1"
    assert await camille.stored(rule) == "none"
    assert "Séance au jardin" in (await guest.get(f"/praticiens/{camille.slug}")).text(
        "#prestations ~ *"
    )
    page = await camille.open(f"/espace/prestations/{line}")
    assert page.attribute("[name=prix]", "value") == money.euros(cents)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prix", "soixante", "Un prix en euros"),
        ("prix", "-5", "Un prix en euros"),
        ("prix", "65,505", "Un prix en euros"),
        ("prix", "٦٥", "Un prix en euros"),
        ("prix", "2000,01", "ne peut pas dépasser 2 000 €"),
        ("prix", "9" * 12, "ne peut pas dépasser"),
        ("duree", "7", "de 10 à 480"),
        ("duree", "62", "de 10 à 480"),
        ("duree", "485", "de 10 à 480"),
        ("duree", "", "de 10 à 480"),
        ("intitule", "", "Donnez un intitulé"),
        ("intitule", "x" * 121, "compte 121 caractères"),
        ("description", "y" * 10_000, "compte 10000 caractères"),
        ("pratique", "0", "l’une de vos pratiques"),
        ("pratique", "999999", "l’une de vos pratiques"),
        ("modes", "group", "Cochez au moins un lieu"),
    ],
)
async def test_a_wrong_service_comes_back_with_all_that_was_typed(
    camille: Owner, field: str, value: str, words: str
) -> None:
    await camille.open(NEW)
    values: dict[str, Any] = {
        "intitule": "Séance au jardin",
        "description": DESCRIPTION,
        "pratique": await _practice(camille),
        "duree": "45",
        "prix": "65",
    }
    if field == "modes":
        values["modes"] = ["group"]
    answer = await camille.send(NEW, **(values | {field: value}))
    assert answer.status == 422
    assert words in answer.text(f"#champ-prestations-ajout-{field}-erreur")
    held = dict(camille.held(NEW))
    for name, typed in values.items():
        if name not in ("modes", "pratique", field):
            assert held[name].strip() == typed
    assert len(await camille.lines()) == 1


async def test_a_form_sent_twice_adds_one_line(camille: Owner) -> None:
    await camille.open(NEW)
    pairs = [
        (name, {"intitule": "Une fois", "pratique": practice}.get(name, value))
        for practice in [await _practice(camille)]
        for name, value in [*camille.held(NEW), ("prix", "65")]
        if (name, value) != ("prix", "")
    ]
    for _ in range(2):
        assert (await camille.post(NEW, pairs)).status == 303
    assert await _labels(camille) == ["Séance individuelle", "Une fois"]


async def test_a_made_up_key_overwrites_nothing(camille: Owner, dominique: Owner) -> None:
    theirs = (await dominique.lines())[0]
    key = await lines.new_key(dominique.practitioner, Kind.SERVICE)
    for forged in (key, str(theirs), f"{camille.practitioner}/service/{theirs}", "x" * 500):
        await camille.open(NEW)
        answer = await camille.send(
            NEW, cle=forged, intitule="À moi", pratique=await _practice(camille), prix="10"
        )
        assert answer.status == 200
    assert await _labels(camille) == ["Séance individuelle", *["À moi"] * 4]
    assert await _labels(dominique) == ["Séance individuelle"]


async def test_three_hundred_services_stop_at_the_limit_with_a_clear_sentence(
    camille: Owner,
) -> None:
    practice = int(await _practice(camille))
    await connection.execute(
        "INSERT INTO service (practitioner, practice, label, duration_minutes, price_cents, modes, position)"
        " SELECT $1, $2, 'Séance ' || n, 60, 6000, '{practice}', n FROM generate_series(1, 49) AS n",
        camille.practitioner,
        practice,
    )
    await camille.open(NEW)
    for _ in range(3):
        answer = await camille.send(NEW, intitule="Une de trop", pratique=str(practice), prix="65")
        assert answer.status == 422
        assert "50 prestations, le maximum" in answer.text("[role=alert]")
        assert dict(camille.held(NEW))["intitule"] == "Une de trop"
    assert len(await camille.lines()) == 50


async def test_a_price_below_the_deposit_is_refused(camille: Owner) -> None:
    [line] = await camille.lines()
    await connection.execute(
        "UPDATE service SET payment_rule = 'deposit', deposit_cents = 2000 WHERE id = $1", line
    )
    address = f"/espace/prestations/{line}"
    await camille.open(address)
    answer = await camille.send(address, prix="20")
    assert answer.status == 422
    assert "dépasser l’acompte" in answer.text("main")
    assert (await camille.send(address, prix="21")).status == 200
    stored = "SELECT deposit_cents FROM service WHERE practitioner = $1"
    assert await camille.stored(stored) == 2000


# ---- taken off, put back, in order ---------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_line_taken_off_is_put_back_exactly_where_it_was(
    camille: Owner, guest: Visitor, htmx: bool
) -> None:
    await _added(camille, "Deuxième", prix="70")
    await _added(camille, "Troisième", prix="80")
    first, second, third = await camille.lines()
    before = await camille.stored("SELECT jsonb_agg(to_jsonb(s) ORDER BY id)::text FROM service s"
                                  " WHERE practitioner = $1")  # fmt: skip
    await camille.open("/espace/profil")
    answer = await camille.press(f"/espace/prestations/{second}/supprimer", htmx=htmx)
    assert answer.status == (200 if htmx else 303)
    assert await camille.lines() == [first, third]
    assert "Deuxième" not in (await guest.get(f"/praticiens/{camille.slug}")).text("main")
    page = await camille.open("/espace/profil")
    rows = [node.attributes["id"] for node in page.all("#bloc-prestations .line[id]")]
    assert rows[:3] == [f"prestations-{each}" for each in (first, second, third)]
    assert "Deuxième » : supprimé" in page.text(f"#prestations-{second}")
    answer = await camille.press(f"/espace/prestations/{second}/retablir", htmx=htmx)
    assert answer.status == (200 if htmx else 303)
    after = await camille.stored("SELECT jsonb_agg(to_jsonb(s) ORDER BY id)::text FROM service s"
                                 " WHERE practitioner = $1")  # fmt: skip
    assert after == before
    assert await camille.stored("SELECT count(*) FROM removal WHERE practitioner = $1") == 0


async def test_a_line_comes_back_to_its_place_after_the_others_moved(camille: Owner) -> None:
    for label in ("Deux", "Trois"):
        await _added(camille, label)
    first, second, third = await camille.lines()
    now = datetime.now(UTC)
    await lines.remove(camille.practitioner, Kind.SERVICE, first, now=now)
    await lines.move(camille.practitioner, Kind.SERVICE, third, by=-1, now=now)
    await lines.restore(camille.practitioner, Kind.SERVICE, first, now=now)
    assert await camille.lines() == [first, third, second]


async def test_after_ten_minutes_it_is_too_late_and_the_night_forgets(camille: Owner) -> None:
    [line] = await camille.lines()
    now = datetime.now(UTC)
    await lines.remove(camille.practitioner, Kind.SERVICE, line, now=now)
    later = now + timedelta(minutes=11)
    with pytest.raises(TooLate):
        await lines.restore(camille.practitioner, Kind.SERVICE, line, now=later)
    assert await lines.removed_of(camille.practitioner, Kind.SERVICE, now=later) == []
    assert await lines.forget(later) == 1


async def test_a_line_taken_off_twice_or_put_back_twice_is_so_once(camille: Owner) -> None:
    [line] = await camille.lines()
    other = await _added(camille, "Une autre")
    await camille.open("/espace/profil")
    pairs = [("jeton", camille.token())]
    for way, left in (
        ("supprimer", [other]),
        ("supprimer", [other]),
        ("retablir", [line, other]),
        ("retablir", [line, other]),
    ):
        answer = await camille.post(f"/espace/prestations/{line}/{way}", pairs)
        assert answer.status == 303
        assert await camille.lines() == left


@pytest.mark.parametrize("htmx", [False, True])
async def test_the_order_changes_by_buttons(camille: Owner, guest: Visitor, htmx: bool) -> None:
    await _added(camille, "Deux")
    await _added(camille, "Trois")
    first, second, third = await camille.lines()
    await camille.open("/espace/profil")
    answer = await camille.press(f"/espace/prestations/{third}/monter", htmx=htmx)
    assert await camille.lines() == [first, third, second]
    if htmx:
        assert answer.has("section#bloc-prestations")
        assert answer.has(f"#prestations-{third} .line__up [data-focus]")
    await camille.open("/espace/profil")
    await camille.press(f"/espace/prestations/{first}/descendre", htmx=htmx)
    assert await camille.lines() == [third, first, second]
    seen = await guest.get(f"/praticiens/{camille.slug}")
    assert seen.texts(".service__label") == ["Trois", "Séance individuelle", "Deux"]


async def test_the_order_dragged_is_the_whole_list_or_nothing(
    camille: Owner, dominique: Owner
) -> None:
    await _added(camille, "Deux")
    first, second = await camille.lines()
    [theirs] = await dominique.lines()
    page = await camille.open("/espace/profil")
    assert [
        node.attributes["value"] for node in page.all("input[name=ordre][form=prestations-ordre]")
    ] == [str(first), str(second)]

    async def arrange(*order: int) -> int:
        pairs = [("jeton", camille.token()), *(("ordre", str(each)) for each in order)]
        return (await camille.post("/espace/prestations/ordre", pairs)).status

    assert await arrange(second, first) == 303
    assert await camille.lines() == [second, first]
    assert await arrange(first) == 409
    assert await arrange(first, first, second) == 409
    assert await arrange(first, second, theirs) == 404
    assert await arrange(first, 2**31 - 1, second) == 404
    assert await camille.lines() == [second, first]


# ---- two tabs, and somebody else's lines ---------------------------------------------------------


async def test_a_line_changed_in_another_tab_is_told_and_nothing_typed_is_lost(
    camille: Owner,
) -> None:
    [line] = await camille.lines()
    address = f"/espace/prestations/{line}"
    await camille.open(address)
    late = [
        (name, "Tard" if name == "intitule" else value) for name, value in camille.held(address)
    ]
    await camille.send(address, intitule="Tôt")
    answer = await camille.post(address, late, **HTMX)
    assert answer.status == 409
    assert "Tôt" in answer.text(".line__body")
    assert answer.attribute("[name=intitule]", "value") == "Tard"
    camille._seen = answer
    assert (await camille.post(address, camille.held(address))).status == 303
    assert await _labels(camille) == ["Tard"]


async def test_a_line_taken_off_in_another_tab_is_put_back_by_sending_again(camille: Owner) -> None:
    await _added(camille, "Deux")
    first, second = await camille.lines()
    address = f"/espace/prestations/{first}"
    await camille.open(address)
    late = [
        (name, "Tard" if name == "intitule" else value) for name, value in camille.held(address)
    ]
    await lines.remove(camille.practitioner, Kind.SERVICE, first, now=datetime.now(UTC))
    answer = await camille.post(address, late)
    assert answer.status == 409
    assert "supprimée dans une autre fenêtre" in answer.text("[role=alert]")
    assert answer.attribute("[name=intitule]", "value") == "Tard"
    camille._seen = answer
    assert (await camille.post(address, camille.held(address))).status == 303
    assert await camille.lines() == [first, second]
    assert await _labels(camille) == ["Tard", "Deux"]


@pytest.mark.parametrize(
    ("slug", "table"),
    [("prestations", "service"), ("lieux", "practice_place"), ("formations", "training_shown")],
)
async def test_another_practitioner_s_lines_are_nowhere(
    camille: Owner, dominique: Owner, slug: str, table: str
) -> None:
    [theirs] = await dominique.lines(table)
    before = await dominique.stored(
        f"SELECT to_jsonb(l)::text FROM {table} l WHERE practitioner = $1"
    )
    address = f"/espace/{slug}/{theirs}"
    assert (await camille.get(address)).status == 404
    assert (await camille.get(f"/espace/profil?partie={slug}-{theirs}", htmx=True)).status == 404
    await camille.open("/espace/profil")
    pairs = [("jeton", camille.token()), ("vu", ""), ("intitule", "Pris"), ("organisme", "Pris")]
    for way in ("", "/supprimer", "/retablir", "/monter", "/descendre"):
        answer = await camille.post(f"{address}{way}", pairs)
        assert answer.status in (404, 422), way
    after = await dominique.stored(
        f"SELECT to_jsonb(l)::text FROM {table} l WHERE practitioner = $1"
    )
    assert after == before
    removed = datetime.now(UTC)
    await lines.remove(dominique.practitioner, Kind(table), theirs, now=removed)
    for way in ("", "/retablir", "/supprimer"):
        answer = await camille.post(f"{address}{way}", [*pairs, ("vu", "supprimee")])
        assert answer.status in (404, 422), way
    assert await dominique.lines(table) == []


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "abc"])
async def test_a_number_that_is_none_is_nowhere(camille: Owner, number: str) -> None:
    assert (await camille.get(f"/espace/prestations/{number}")).status in (400, 404)
