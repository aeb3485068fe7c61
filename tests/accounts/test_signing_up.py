"""Opening an account: what is asked, what is kept, and what a stranger cannot learn from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import acceptances, emails, links, passwords, people, signing_in, throttling
from app.accounts.acceptances import BoxMissing, VersionChanged
from app.accounts.devices import Origin
from app.accounts.signing_in import Entered
from app.database import connection
from app.legal.tables import Document
from tests.accounts import cast
from tests.accounts.cast import HOME, NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nobody")]


async def test_a_person_signs_up_and_confirms_by_the_link() -> None:
    """EX-4-1: identity, address, password; the address is confirmed by a link."""
    await cast.sign_up()
    sent = await cast.mail("confirm_email", "anne@exemple.fr")
    before = await people.at("anne@exemple.fr")
    assert before is not None
    assert before.email_confirmed_at is None
    entered = await signing_in.by_confirmation(sent.token, origin=HOME, now=NOW)
    assert isinstance(entered, Entered)
    after = await people.person(before.id)
    assert after.email_confirmed_at == NOW
    welcome = await cast.mail("welcome")
    assert "/documents/conditions-utilisation/1" in welcome.text
    assert await cast.evidence("compte.cree", before.id) == [{"auteur": "personne"}]


async def test_no_birth_date_is_kept() -> None:
    """EX-4-1, EX-5-2: neither a birth date nor anything about health has a column."""
    found = await connection.rows(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    )
    asked = re.compile("birth|health|illness|disease|psych|medic|pregnan|disab|sick")
    assert len(found) > 200
    assert [line["name"] for line in found if asked.search(line["name"])] == []


async def test_each_box_leaves_the_label_the_document_and_its_hash() -> None:
    """EX-4-3, EX-5-1: what was shown, word for word, and the very text."""
    account = await cast.client()
    shown = {box.key: box for box in await acceptances.boxes_of_sign_up(NOW)}
    kept = {line["cle"]: line for line in await cast.evidence("consentement.donne", account)}
    assert kept.keys() == {"cgu", "politique", "majeur"}
    for key, line in kept.items():
        assert line["libelle"] == shown[key].label
        assert line["page"] == "/inscription"
    terms = shown["cgu"].version
    assert terms is not None
    assert kept["cgu"]["sha256"] == terms.sha256
    assert (kept["cgu"]["document"], kept["cgu"]["version"]) == ("conditions-utilisation", 1)
    assert [line.document for line in await acceptances.of(account)] == [
        Document.TERMS,
        Document.PRIVACY,
    ]


@pytest.mark.parametrize("missing", ["cgu", "politique", "majeur"])
async def test_without_a_box_nothing_is_made(missing: str) -> None:
    """EX-4-3, EX-5-1: each box is compulsory."""
    boxes = await cast.ticked()
    boxes.pop(missing)
    with pytest.raises(BoxMissing) as refusal:
        await cast.sign_up(boxes=boxes)
    assert list(refusal.value.errors) == [missing]
    assert await cast.count("account") == 0
    assert await cast.mailbox() == []


async def test_a_version_published_meanwhile_must_be_read() -> None:
    boxes = await cast.ticked()
    await cast.published(Document.TERMS, "Deuxième version.", at=NOW)
    with pytest.raises(VersionChanged):
        await cast.sign_up(boxes=boxes, now=NOW + timedelta(minutes=1))
    assert await cast.count("account") == 0


async def test_the_same_address_in_another_case_opens_no_second_account() -> None:
    """EX-4-1, EX-5-3: and nothing tells who signs up that the address was taken."""
    await cast.sign_up("anne@exemple.fr")
    await cast.sign_up("  Anne@EXEMPLE.fr ", first_name="Zoé")
    assert await cast.count("account") == 1
    assert [one.kind for one in await cast.mailbox()] == [
        "confirm_email",
        "already_registered",
    ] or [one.kind for one in await cast.mailbox()] == ["already_registered", "confirm_email"]
    holder = await people.at("anne@exemple.fr")
    assert holder is not None
    assert holder.first_name == "Anne"


async def test_signing_up_costs_as_many_hashes_whether_or_not_the_address_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No answer, and no delay, reveals an account."""
    done: list[str] = []

    async def counted(work: object, *arguments: object) -> object:
        done.append(getattr(work, "__name__", ""))
        return work(*arguments)  # type: ignore[operator]

    monkeypatch.setattr(passwords, "_in_turn", counted)
    await cast.sign_up()
    new = list(done)
    done.clear()
    await cast.sign_up()
    assert done == new == ["_hash"]


async def test_the_stranger_s_password_does_not_replace_the_holder_s() -> None:
    await cast.client()
    await cast.sign_up(password=cast.OTHER_PASSWORD)
    with pytest.raises(signing_in.WrongCredentials):
        await cast.entered(password=cast.OTHER_PASSWORD)
    await cast.entered()


@pytest.mark.parametrize(
    ("first_name", "refusal"),
    [
        ("", people.NameMissing),
        ("   ", people.NameMissing),
        ("a" * 10_000, people.NameTooLong),
        ("Anne\r\nBcc: tous@exemple.fr", people.WrongName),
        ("<script>", people.WrongName),
        ("https://exemple.fr", people.WrongName),
        ("Gagnez 100€ www.exemple.fr", people.WrongName),
        ("---", people.WrongName),
        ("An\u202ene", people.WrongName),
        ("An\u0000ne", people.WrongName),
    ],
)
async def test_what_cannot_be_a_name_is_refused(
    first_name: str, refusal: type[people.WrongName]
) -> None:
    with pytest.raises(refusal):
        await cast.sign_up(first_name=first_name)
    assert await cast.count("account") == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anne   Marie ", "Anne Marie"),
        ("Jean-Noël", "Jean-Noël"),
        ("d’Aubigné", "d’Aubigné"),
        ("N'Diaye", "N'Diaye"),
        ("J.-P.", "J.-P."),
        ("李", "李"),
        ("Noe\u0308l", "Noël"),
    ],
)
async def test_names_of_people_are_kept_as_written(typed: str, kept: str) -> None:
    assert people.name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("", ""),
    ],
)
async def test_a_telephone_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert people.phone(typed) == kept


@pytest.mark.parametrize("typed", ["06 12", "+33 6 12 34", "abc", "+0612345678", "6" * 400])
async def test_what_is_no_telephone_is_refused(typed: str) -> None:
    with pytest.raises(people.WrongPhone):
        people.phone(typed)


async def test_one_network_cannot_open_accounts_without_end() -> None:
    for number in range(throttling.ADDRESS_SIGN_UP.most):
        await cast.sign_up(f"p{number}@exemple.fr")
    with pytest.raises(throttling.TooManyTries):
        await cast.sign_up("un-de-trop@exemple.fr")
    other = Origin(address="203.0.113.9")
    await cast.sign_up("voisine@exemple.fr", origin=other)


async def test_nobody_fills_somebody_else_s_mailbox() -> None:
    await cast.client()
    for _ in range(throttling.MAILS_ASKED.most):
        await cast.sign_up()
    with pytest.raises(throttling.TooManyTries):
        await cast.sign_up()
    assert len(await cast.mailbox("anne@exemple.fr")) == throttling.MAILS_ASKED.most


async def test_a_confirmation_asked_again_replaces_the_first_link() -> None:
    await cast.sign_up()
    first = (await cast.mail("confirm_email")).token
    holder = await people.at("anne@exemple.fr")
    assert holder is not None
    later = NOW + timedelta(hours=2)
    await people.ask_confirmation_again(holder.id, now=later)
    second = next(one.token for one in await cast.mailbox() if one.token != first)
    with pytest.raises(links.DeadLink):
        await signing_in.by_confirmation(first, origin=HOME, now=later)
    await signing_in.by_confirmation(second, origin=HOME, now=later)


async def test_the_link_of_confirmation_lives_a_day() -> None:
    await cast.sign_up()
    token = (await cast.mail("confirm_email")).token
    with pytest.raises(links.DeadLink):
        await signing_in.by_confirmation(token, origin=HOME, now=NOW + timedelta(hours=24))
    almost = NOW + timedelta(hours=24) - timedelta(seconds=1)
    await signing_in.by_confirmation(token, origin=HOME, now=almost)


async def test_the_administrator_made_from_the_command_line_has_a_confirmed_address() -> None:
    account = await cast.admin()
    found = await people.person(account)
    assert found.is_admin
    assert found.email_confirmed_at == NOW
    with pytest.raises(people.AddressTaken):
        await cast.admin()


async def test_a_wrong_address_is_said_before_anything_is_made() -> None:
    with pytest.raises(emails.WrongAddress):
        await cast.sign_up("anne@")
    assert await cast.count("throttle") == 0


async def test_dates_are_in_utc() -> None:
    account = await cast.client()
    assert (await people.person(account)).created_at == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
