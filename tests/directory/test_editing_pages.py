"""A practitioner's page edited block by block: without JavaScript and by parts, refused and kept, shown at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.directory.owner import PRESENTATION, Owner
from tests.space.member import somebody
from tests.visitors import HTMX, Visitor

pytestmark = pytest.mark.anyio

HEADLINE = "/espace/profil/titre"
EVERY_BLOCK = ("titre", "presentation", "thematiques", "accueil", "conditions", "visio")


async def test_the_page_shows_each_part_with_the_way_to_edit_it(camille: Owner) -> None:
    await camille.open("/espace/profil")
    for block in EVERY_BLOCK:
        assert camille.seen.has(f'#bloc-{block} a[href^="/espace/profil/{block}"]'), block
    assert "Des séances pour souffler" in camille.seen.text("#bloc-titre")
    assert camille.seen.has('#bloc-prestations a[href^="/espace/prestations/nouvelle"]')
    assert camille.seen.has('a[href="/espace/profil/photo"]')


@pytest.mark.parametrize("block", EVERY_BLOCK)
async def test_a_block_opens_where_it_stands_and_is_left_as_it_was(
    camille: Owner, block: str
) -> None:
    address = f"/espace/profil/{block}"
    page = await camille.open(address)
    assert page.has(f'#bloc-{block} form[action="{address}"]')
    assert len(page.all("form[data-part]")) == 1
    part = await camille.part(address)
    assert part.has(f'section#bloc-{block} form[action="{address}"]')
    assert not part.has("main")
    given_up = await camille.part(f"/espace/profil?partie={block}")
    assert given_up.has(f"section#bloc-{block}")
    assert not given_up.has("form[data-part]")


async def test_a_headline_is_saved_without_javascript_and_read_by_visitors(
    camille: Owner, guest: Visitor
) -> None:
    await camille.open(HEADLINE)
    page = await camille.send(HEADLINE, titre="Relaxation au jardin, en douceur")
    assert page.response.url.path == "/espace/profil"
    assert "C’est enregistré." in page.text("main")
    seen = await guest.get(f"/praticiens/{camille.slug}")
    assert "Relaxation au jardin, en douceur" in seen.text("main")


async def test_a_part_is_saved_in_place_with_the_count_of_what_is_missing(camille: Owner) -> None:
    await camille.part(HEADLINE)
    answer = await camille.send_part(HEADLINE, titre="")
    assert answer.status == 200
    assert answer.has("section#bloc-titre")
    assert "11 sur 12" in answer.text("#completude")
    assert answer.attribute("#completude", "data-hx-swap-oob") == "outerHTML"
    assert await camille.stored("SELECT is_complete FROM practitioner WHERE id = $1") is False
    await camille.part(HEADLINE)
    answer = await camille.send_part(HEADLINE, titre="Relaxation au jardin")
    assert "12 sur 12" in answer.text("#completude")
    assert await camille.stored("SELECT is_complete FROM practitioner WHERE id = $1") is True


@pytest.mark.parametrize("in_part", [False, True])
async def test_what_is_refused_comes_back_as_typed_with_its_sentence(
    camille: Owner, in_part: bool
) -> None:
    """10 000 characters in each text: 422, the sentence beside the field, the whole text still there."""
    long = "très long ".strip() * 1_112
    texts = {
        "titre": ("titre", long),
        "presentation": ("presentation", long),
        "conditions": ("annulation", long),
    }
    for block, (field, text) in texts.items():
        address = f"/espace/profil/{block}"
        await (camille.part(address) if in_part else camille.open(address))
        sending: Any = camille.send_part if in_part else camille.send
        answer = await sending(address, **{field: text})
        assert answer.status == 422, block
        error = answer.text(f"#champ-{block}-{field}-erreur")
        assert f"compte {len(text)} caractères" in error
        kept = answer.all(f"#champ-{block}-{field}")[0]
        assert (kept.attributes.get("value") or kept.text()).strip() == text
        assert kept.attributes["aria-invalid"] == "true"
        assert f"champ-{block}-{field}-erreur" in (kept.attributes["aria-describedby"] or "")
    assert await camille.stored("SELECT headline FROM profile WHERE practitioner = $1") == (
        "Des séances pour souffler"
    )


async def test_themes_are_chosen_eight_at_most(camille: Owner) -> None:
    address = "/espace/profil/thematiques"
    await camille.open(address)
    offered = [
        node.attributes["value"] or "" for node in camille.seen.all("input[name=thematiques]")
    ]
    answer = await camille.send(address, thematiques=offered[:9])
    assert answer.status == 422
    assert "8 thématiques au plus : vous en avez coché 9" in answer.text("main")
    assert len(answer.all("input[name=thematiques][checked]")) == 9
    page = await camille.send(address, thematiques=offered[:8])
    assert page.status == 200
    assert len(page.all("#bloc-thematiques .tag")) == 8


async def test_what_is_not_in_a_list_is_refused(camille: Owner) -> None:
    forged: list[tuple[str, str, str]] = [
        ("thematiques", "thematiques", "999999"),
        ("thematiques", "thematiques", "nombre"),
        ("accueil", "public", "patients"),
        ("accueil", "acces", "partout"),
        ("accueil", "langues", "Klingon"),
        ("conditions", "paiements", "bitcoin"),
    ]
    for block, field, value in forged:
        address = f"/espace/profil/{block}"
        await camille.open(address)
        typed: dict[str, Any] = {field: value}
        answer = await camille.send(address, **typed)
        assert answer.status == 422, (block, field)
        assert "Choisissez dans la liste." in answer.text("main")


async def test_welcome_and_terms_are_saved(camille: Owner, guest: Visitor) -> None:
    await camille.open("/espace/profil/accueil")
    fields: dict[str, Any] = {
        "public": ["teenagers", "adults"],
        "acces": "no",
        "langues": ["Anglais", "Breton"],
    }
    page = await camille.send("/espace/profil/accueil", **fields)
    assert page.status == 200
    await camille.open("/espace/profil/conditions")
    await camille.send(
        "/espace/profil/conditions",
        annulation="Libre la veille.\n\nDue ensuite.",
        paiements="cheque",
    )
    seen = await guest.get(f"/praticiens/{camille.slug}")
    known = seen.text("dl.knowing")
    for words in ("Adultes", "Adolescents", "Non accessible", "Breton", "Chèque", "Due ensuite."):
        assert words in known, words


async def test_html_control_and_turning_characters_are_shown_as_letters_or_dropped(
    camille: Owner, guest: Visitor
) -> None:
    nasty = "<script>alert(1)</script>\u202eenv\u0000ers\u2066 \u200b& \"moi\" 'toi' {{ 7*7 }}"
    shown = "<script>alert(1)</script>envers & \"moi\" 'toi' {{ 7*7 }}"
    await camille.open("/espace/profil/presentation")
    await camille.send("/espace/profil/presentation", presentation=f"{nasty}\r\n\r\n{PRESENTATION}")
    await camille.open(HEADLINE)
    await camille.send(HEADLINE, titre=nasty)
    await camille.open("/espace/profil/conditions")
    await camille.send("/espace/profil/conditions", annulation=nasty)
    for page in (
        await camille.open("/espace/profil"),
        await guest.get(f"/praticiens/{camille.slug}"),
    ):
        assert page.html.count("&lt;script&gt;alert(1)") >= 3
        assert "<script>alert(1)" not in page.html.replace("\\u003c", "")
        assert shown in page.text("main")
        assert "49" not in page.text(".profile__headline")


async def test_only_the_fields_of_the_block_are_written(camille: Owner) -> None:
    """Mass assignment: what the form does not hold changes nothing."""
    before = await camille.stored("SELECT to_jsonb(p)::text FROM practitioner p WHERE id = $1")
    await camille.open(HEADLINE)
    pairs = [*camille.held(HEADLINE), ("titre", "Relaxation au jardin")]
    extra = ["listing_state", "is_jupiterre_user", "is_complete", "account", "slug", "practitioner",
             "presentation", "portrait", "revision", "audience", "id"]  # fmt: skip
    pairs = [pair for pair in pairs if pair != ("titre", "Des séances pour souffler")]
    answer = await camille.post(HEADLINE, [*pairs, *((name, "listed") for name in extra)])
    assert answer.status == 303
    after = await camille.stored("SELECT to_jsonb(p)::text FROM practitioner p WHERE id = $1")
    changing = ("updated_at", "completeness_at")
    assert _without(before, changing) == _without(after, changing)
    assert await camille.stored("SELECT portrait FROM profile WHERE practitioner = $1") == "drawn:7"


def _without(row: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in json.loads(row).items() if name not in names}


async def test_a_client_finds_nothing_there(site: Any, camille: Owner, guest: Visitor) -> None:
    async with await (await somebody(site, "Alix")).sign_in() as client:
        for address in ("/espace/profil", HEADLINE, "/espace/prestations/nouvelle"):
            assert (await client.get(address)).status == 404
    answer = await guest.get("/espace/profil")
    assert answer.status == 303
    assert answer.headers["location"].startswith("/connexion")


# ---- two tabs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_part", [False, True])
async def test_the_second_of_two_tabs_is_told_and_loses_nothing(
    camille: Owner, in_part: bool
) -> None:
    await camille.open(HEADLINE)
    late = camille.held(HEADLINE)
    await camille.send(HEADLINE, titre="Écrit dans le premier onglet")
    pairs = [
        (name, "Écrit dans le second onglet" if name == "titre" else value) for name, value in late
    ]
    answer = await camille.post(HEADLINE, pairs, **(HTMX if in_part else {}))
    assert answer.status == 409
    assert "modifié dans une autre fenêtre" in answer.text("[role=alert]")
    assert "Écrit dans le premier onglet" in answer.text("#bloc-titre .profile__headline")
    assert answer.attribute("#champ-titre-titre", "value") == "Écrit dans le second onglet"
    stored = "SELECT headline FROM profile WHERE practitioner = $1"
    assert await camille.stored(stored) == "Écrit dans le premier onglet"
    camille._seen = answer
    again = await camille.post(HEADLINE, camille.held(HEADLINE))
    assert again.status == 303
    assert await camille.stored(stored) == "Écrit dans le second onglet"


async def test_two_tabs_on_different_blocks_do_not_get_in_each_other_s_way(camille: Owner) -> None:
    await camille.open(HEADLINE)
    headline = camille.held(HEADLINE)
    await camille.open("/espace/profil/conditions")
    await camille.send("/espace/profil/conditions", annulation="Libre la veille.")
    assert (await camille.post(HEADLINE, headline)).status == 303


# ---- the writing aid -----------------------------------------------------------------------------


async def test_the_aid_shows_risky_words_while_typing_and_blocks_nothing(
    camille: Owner, guest: Visitor
) -> None:
    """EX-3.1-15: whole words, inflections; seen by the practitioner alone; what is written is kept."""
    address, text = "/espace/profil/presentation", f"Je guéris mes patients. {PRESENTATION}"
    await camille.open(address)
    pairs = [*camille.held(address), ("champ", "presentation"), ("ou", "presentation-")]
    typed = [(name, text if name == "presentation" else value) for name, value in pairs]
    answer = await camille.post("/espace/profil/mots", typed, **HTMX)
    assert answer.texts("#mots-presentation-presentation mark") == ["guéris", "patients"]
    page = await camille.send(address, presentation=text)
    assert page.status == 200
    assert page.texts("#bloc-presentation mark") == ["guéris", "patients"]
    seen = await guest.get(f"/praticiens/{camille.slug}")
    assert "Je guéris mes patients" in seen.text("main")
    assert not seen.has("mark")
    assert await camille.stored("SELECT is_complete FROM practitioner WHERE id = $1") is True


async def test_the_aid_reads_only_the_fields_it_knows(camille: Owner) -> None:
    await camille.open(HEADLINE)
    token = ("jeton", camille.token())
    for field, at in (("jeton", "titre-"), ("titre", '"><script>'), ("", "")):
        answer = await camille.post("/espace/profil/mots", [token, ("champ", field), ("ou", at)])
        assert answer.status == 404, (field, at)
