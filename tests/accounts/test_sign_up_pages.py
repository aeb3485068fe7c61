"""Opening an account through its form: few fields, nothing typed lost, and nothing told about who is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.accounts import people, throttling
from tests.accounts import cast
from tests.visitors import Seen, Visitor, folded

pytestmark = pytest.mark.anyio

EMAIL = "camille@exemple.fr"


@pytest.fixture
async def visitor(site: Any, nobody: None) -> Any:
    async with Visitor(site) as somebody:
        yield somebody


async def filled(**changes: str) -> dict[str, str]:
    fields = {
        "prenom": "Camille",
        "nom": "Martin",
        "courriel": EMAIL,
        "mot_de_passe": cast.PASSWORD,
    }
    return fields | await cast.ticked(datetime.now(UTC)) | changes


async def send(visitor: Visitor, fields: dict[str, str]) -> Seen:
    await visitor.get("/inscription")
    return await visitor.submit("/inscription", fields)


async def test_one_signs_up_with_four_fields_and_three_boxes_left_to_tick(visitor: Visitor) -> None:
    """EX-4-1, EX-4-3, EX-5-1: no birth date, no box ticked beforehand."""
    page = await visitor.get("/inscription")
    names = [node.attributes["name"] for node in page.all("main input:not([type=hidden])")]
    assert names == ["prenom", "nom", "courriel", "mot_de_passe", "cgu", "politique", "majeur"]
    boxes = page.all("main input[type=checkbox]")
    assert not [box for box in boxes if "checked" in box.attributes]
    assert [box.attributes["data-preuve"] for box in boxes] == ["cgu", "politique", "majeur"]
    tokens = [page.attribute(f"#champ-{name}", "autocomplete") for name in names[:4]]
    assert tokens == ["given-name", "family-name", "email", "new-password"]


async def test_who_came_to_be_listed_lands_there_once_the_address_is_confirmed(
    visitor: Visitor,
) -> None:
    """The link of the mail may be opened on another device, so it carries where one was going."""
    page = await visitor.get("/inscription?suite=/devenir-praticien")
    assert "espace praticien" in page.text("main")
    assert page.attribute("main a[href^='/connexion']", "href") == (
        "/connexion?suite=/devenir-praticien"
    )
    back = page.attribute("input[name=suite]", "value")
    refused = await visitor.submit("/inscription", await filled(courriel="nulle part", suite=back))
    assert refused.attribute("input[name=suite]", "value") == back
    await visitor.submit("/inscription", await filled(suite=back))
    link = f"/liens/{(await cast.mail('confirm_email', EMAIL)).token}"
    await visitor.get(link)
    assert (await visitor.submit(link, {})).headers["location"] == "/devenir-praticien"


@pytest.mark.parametrize("suite", ["//evil.example", "https://evil.example", "/" + "a" * 400])
async def test_a_sign_up_leads_nowhere_else(visitor: Visitor, suite: str) -> None:
    await visitor.get(f"/inscription?suite={suite}")
    await visitor.submit("/inscription", await filled(suite=suite))
    link = f"/liens/{(await cast.mail('confirm_email', EMAIL)).token}"
    await visitor.get(link)
    assert (await visitor.submit(link, {})).headers["location"] == "/mon-compte"


async def test_a_practitioner_finds_the_way_in(visitor: Visitor) -> None:
    for part in ("header", "footer"):
        assert (await visitor.get("/connexion")).has(f"{part} a[href='/devenir-praticien']")
    for path in ("/", "/inscription", "/plan-du-site"):
        assert (await visitor.get(path)).has("main a[href='/devenir-praticien']"), path


async def test_a_sign_up_is_confirmed_by_the_mail_and_opens_a_session(visitor: Visitor) -> None:
    sent = await send(visitor, await filled())
    assert sent.headers["location"] == "/inscription/envoyee"
    assert "session" not in visitor.cookies
    assert EMAIL in (await visitor.follow(sent)).text("main"), "a mistyped address is seen at once"
    link = f"/liens/{(await cast.mail('confirm_email', EMAIL)).token}"
    asked = await visitor.get(link)
    assert asked.status == 200
    found = await people.at(EMAIL)
    assert found is not None
    assert found.email_confirmed_at is None, "reading a link uses nothing: mail scanners read them"
    entered = await visitor.submit(link)
    assert (entered.status, entered.headers["location"]) == (303, "/mon-compte")
    assert len(visitor.cookies["session"]) == 43
    again = await people.at(EMAIL)
    assert again is not None
    assert again.email_confirmed_at is not None


async def test_the_label_shown_is_the_label_kept(visitor: Visitor) -> None:
    """EX-4-3: the evidence holds the words of the page, the version and its hash."""
    page = await visitor.get("/inscription")
    shown = {
        node.attributes["data-preuve"]: folded(node.parent.text()) if node.parent else ""
        for node in page.all("input[data-preuve]")
    }
    await visitor.submit("/inscription", await filled())
    found = await people.at(EMAIL)
    assert found is not None
    kept = await cast.evidence("consentement.donne", found.id)
    assert {one["cle"]: folded(one["libelle"]) for one in kept} == shown
    assert all(len(one["sha256"]) == 64 for one in kept if one["cle"] != "majeur")


@pytest.mark.parametrize("missing", ["cgu", "politique", "majeur"])
async def test_a_box_left_out_refuses_and_loses_nothing_but_the_password(
    visitor: Visitor, missing: str
) -> None:
    """EX-4-3 and EX-5-1."""
    before = len(await cast.evidence("consentement.donne"))
    fields = await filled()
    del fields[missing]
    page = await send(visitor, fields)
    assert page.status == 422
    assert page.attribute("#champ-prenom", "value") == "Camille"
    assert page.attribute("#champ-courriel", "value") == EMAIL
    assert cast.PASSWORD not in page.html
    assert page.attribute(f"#champ-{missing}", "aria-describedby").split()[0] == (
        f"champ-{missing}-erreur"
    )
    assert page.has(f'.refusals a[href="#champ-{missing}"]')
    assert not page.has("main input[checked]"), "a tick is an act, made again"
    assert await cast.count("account") == 0
    assert len(await cast.evidence("consentement.donne")) == before


@pytest.mark.parametrize(
    ("wrong", "places"),
    [
        ({"cgu": ""}, ["#champ-mot_de_passe", "#champ-cgu"]),
        ({"courriel": "camille@"}, ["#champ-courriel", "#champ-mot_de_passe"]),
    ],
)
async def test_a_refusal_says_that_the_password_has_to_be_typed_again(
    visitor: Visitor, wrong: dict[str, str], places: list[str]
) -> None:
    """The page never holds it; the summary leads to its empty field, in the order of the form."""
    page = await send(visitor, await filled(**wrong))
    assert page.status == 422
    assert page.has(".refusals[data-focus]")
    assert "Tapez-le de nouveau" in page.text("#champ-mot_de_passe-erreur")
    assert page.attribute("#champ-mot_de_passe", "value") == ""
    assert [link.attributes["href"] for link in page.all(".refusals a")] == places


async def test_so_does_the_refusal_of_who_asks_too_often(visitor: Visitor) -> None:
    for _ in range(throttling.MAILS_ASKED.most):
        await send(visitor, await filled())
    page = await send(visitor, await filled())
    assert page.status == 429
    assert page.headers["retry-after"]
    assert "Tapez-le de nouveau" in page.text("#champ-mot_de_passe-erreur")


async def test_every_refusal_is_told_at_once_beside_its_field(visitor: Visitor) -> None:
    page = await send(
        visitor,
        {"prenom": "", "nom": "<b>x</b>", "courriel": "camille@", "mot_de_passe": "123456"},
    )
    assert page.status == 422
    for name in ("prenom", "nom", "courriel", "mot_de_passe", "cgu", "politique", "majeur"):
        assert page.attribute(f"#champ-{name}", "aria-invalid") == "true", name
        assert page.text(f"#champ-{name}-erreur")
    assert len(page.all(".refusals li")) == 7


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("prenom", "a" * 10_000, "a" * 10_000),
        ("nom", "Martin\r\nBcc: tous@exemple.fr", "Martin Bcc: tous@exemple.fr"),
        ("prenom", "{{7*7}}", "{{7*7}}"),
        ("courriel", "camille@exemplé.fr\x00\x07", None),
        ("courriel", "c" * 10_000 + "@exemple.fr", "c" * 10_000 + "@exemple.fr"),
        ("courriel", "с@exemple.fr", "с@exemple.fr"),  # a Cyrillic letter
    ],
)
async def test_odd_text_is_refused_in_words_and_shown_as_typed(
    visitor: Visitor, field: str, typed: str, shown: str | None
) -> None:
    page = await send(visitor, await filled(**{field: typed}))
    if shown is None:  # an accent in the domain is an address; control characters are nothing
        assert page.status == 303
        return
    assert page.status == 422
    assert page.attribute(f"#champ-{field}", "value") == shown
    assert page.text(f"#champ-{field}-erreur")
    assert await cast.count("account") == 0


async def test_a_nul_byte_harms_nothing(visitor: Visitor) -> None:
    sent = await send(visitor, await filled(prenom="Cam\x00ille"))
    assert sent.status == 303
    found = await people.at(EMAIL)
    assert found is not None
    assert found.first_name == "Camille"


async def test_no_field_of_a_form_makes_an_administrator(visitor: Visitor) -> None:
    """Mass assignment: what the form does not hold is not read."""
    fields = await filled(
        is_admin="1",
        admin="true",
        role="A",
        id="00000000-0000-0000-0000-000000000001",
        email_confirmed_at="2026-01-01",
        created_at="2020-01-01",
    )
    assert (await send(visitor, fields)).status == 303
    found = await people.at(EMAIL)
    assert found is not None
    assert not found.is_admin
    assert found.email_confirmed_at is None
    assert found.created_at.year >= 2026
    assert found.id.int != 1


async def test_the_answer_does_not_tell_whether_the_address_has_an_account(
    visitor: Visitor,
) -> None:
    """EX-4-1: the second account with the same address, in another case, is refused without being told."""
    await cast.client(EMAIL, now=datetime.now(UTC))
    taken = await send(visitor, await filled(courriel="CAMILLE@Exemple.FR"))
    free = await send(visitor, await filled(courriel="libre@exemple.fr"))
    assert (taken.status, taken.html) == (free.status, free.html) == (303, "")
    assert taken.headers["location"] == free.headers["location"]
    assert sorted(taken.headers) == sorted(free.headers)
    assert await cast.count("account") == 2
    assert (await cast.mail("already_registered")).to == EMAIL


async def test_the_strength_is_told_while_typing_and_at_the_sending(visitor: Visitor) -> None:
    await visitor.get("/inscription")
    fields = {"mot_de_passe": "camille2024", "prenom": "Camille"}
    weak = await visitor.submit("/mot-de-passe/force", fields, htmx=True)
    assert weak.status == 200
    assert weak.attribute("#champ-mot_de_passe-force meter", "value") in ("0", "1", "2")
    assert "camille2024" not in weak.html
    good = await visitor.submit("/mot-de-passe/force", {"mot_de_passe": cast.PASSWORD}, htmx=True)
    assert good.has(".strength__word--enough")
    refused = await send(visitor, await filled(mot_de_passe="camille2024"))
    assert "au moins 12 caractères" in refused.text("#champ-mot_de_passe-erreur")
