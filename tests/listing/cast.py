"""The people of these tests, made by the product's own verbs, and what they find in their mailbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from app.accounts import acceptances, new_password, people
from app.accounts.people import Person
from app.database import connection
from app.directory import completeness, offering
from app.directory import editing as profiles
from app.directory.offering import Practices
from app.directory.tables import Practice, Service
from app.listing import certificates, contract, documents, drafts, editing, identity, insurance
from app.listing import mediator as mediators
from app.listing.certificates import Certificate
from app.listing.identity import Identity, Registry, Vat
from app.listing.insurance import Insurance
from app.listing.mediator import Mediator
from app.listing.tables import DossierItem
from app.post import outbox
from app.storage import files
from app.storage.stored import Purpose, Stored
from app.web.people import SignedIn
from tests.space.member import Member
from tests.storage import made

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "quatre phoques bleus dérivent"
SIRET = "732 829 320 00074"

IDENTITY = Identity(
    legal_name="Camille Martin EI",
    legal_form="EI",
    street="1 rue des Essais",
    postal_code="69003",
    city="Lyon",
    phone="0199001234",
    email="pro@exemple.fr",
)
REGISTRY = Registry(siret=SIRET, registration="RNE")
INSURANCE = Insurance(
    "Assurance d’essai", "SECRET-123", "1 place des Essais", "France", "2026-01-01", "2027-06-30"
)
MEDIATOR = Mediator("Médiation d’essai", "2 place des Essais, Lyon", "https://mediation.example")


class Owner(msgspec.Struct, frozen=True):
    """A practitioner, the account that holds the listing, and its address."""

    practitioner: int
    account: UUID
    email: str


async def account(first_name: str, *, is_admin: bool = False) -> Person:
    async with connection.transaction():
        found = await people.create(
            first_name=first_name,
            last_name="Martin",
            email=f"{first_name.lower()}@exemple.example",
            is_admin=is_admin,
            now=NOW,
        )
        await new_password.first(found, PASSWORD, now=NOW)
        boxes = await acceptances.boxes_of_sign_up(NOW)
        await acceptances.record(found, boxes, page="/inscription", session=None, now=NOW)
    return await people.person(found)


async def signed_in(first_name: str = "Camille") -> SignedIn:
    """Somebody with an account and an open session, not a practitioner yet."""
    person = await account(first_name)
    return SignedIn(
        account_id=person.id,
        session_id=uuid4(),
        email=person.email or "",
        first_name=first_name,
        last_name="Martin",
        is_admin=False,
        has_second_factor=False,
        proven_at=NOW,
        is_email_confirmed=True,
    )


async def admin() -> UUID:
    return (await account("Sacha", is_admin=True)).id


async def draft(first_name: str = "Camille") -> Owner:
    """A practitioner who has just joined: an account, a name, nothing else."""
    person = await account(first_name)
    async with connection.transaction():
        made_one = await drafts.create(
            drafts.Name(first_name, "Martin"), account=person.id, now=NOW
        )
    assert person.email is not None
    return Owner(made_one, person.id, person.email)


async def owner(first_name: str = "Camille") -> Owner:
    """A practitioner with every item of the dossier, still a draft."""
    found = await draft(first_name)
    await fill(found)
    return found


async def fill(found: Owner) -> None:
    """Give every item of the dossier."""
    await tell(found, DossierItem.IDENTITY)
    await tell(found, DossierItem.SIRET)
    await tell(found, DossierItem.VAT)
    await tell(found, DossierItem.MEDIATOR)
    await insured(found)
    await practise(found, "sophrologie")
    await certified(found, "sophrologie")
    await sell(found, "sophrologie")
    await agree(found)


async def tell(who: Owner, item: DossierItem, typed: Any = None, *, now: datetime = NOW) -> None:
    """Save an item told with one form, as its latest form."""
    seen = await editing.mark_of(who.practitioner, item)
    known: dict[DossierItem, tuple[Any, Any]] = {
        DossierItem.IDENTITY: (identity.save_identity, IDENTITY),
        DossierItem.SIRET: (identity.save_registry, REGISTRY),
        DossierItem.VAT: (identity.save_vat, Vat("non")),
        DossierItem.MEDIATOR: (mediators.save, MEDIATOR),
    }
    save, usual = known[item]
    await save(who.practitioner, typed or usual, seen=seen, by=who.account, now=now)


async def insured(
    who: Owner, typed: Insurance = INSURANCE, *, is_handed: bool = True, now: datetime = NOW
) -> int:
    seen = await editing.mark_of(who.practitioner, DossierItem.INSURANCE)
    number = await insurance.add(who.practitioner, typed, seen=seen, by=who.account, now=now)
    if is_handed:
        await hand(who, DossierItem.INSURANCE, insurance=number, now=now)
    return number


async def certified(
    who: Owner, *slugs: str, ends_on: str = "", is_handed: bool = True, now: datetime = NOW
) -> int:
    typed = Certificate(
        title="Certificat d’essai",
        body="École d’essai",
        obtained_on="2019-06-01",
        ends_on=ends_on,
        practices=await practice_ids(*slugs),
    )
    seen = await editing.mark_of(who.practitioner, DossierItem.CERTIFICATES)
    number = await certificates.add(who.practitioner, typed, seen=seen, by=who.account, now=now)
    if is_handed:
        await hand(who, DossierItem.CERTIFICATES, certificate=number, now=now)
    return number


async def practise(who: Owner, *slugs: str) -> None:
    """Offer these before being listed."""
    wanted = Practices(await practice_ids(*slugs))
    seen = await profiles.mark_of(who.practitioner, profiles.Block.PRACTICES)
    await offering.choose_practices(who.practitioner, wanted, seen=seen, now=NOW)


async def practice_ids(*slugs: str) -> list[int]:
    known = {row["slug"]: row["id"] for row in await Practice.select(Practice.slug, Practice.id)}
    return [known[slug] for slug in slugs]


async def sell(who: Owner, slug: str) -> None:
    await Service(
        practitioner=who.practitioner,
        practice=(await practice_ids(slug))[0],
        label="Séance",
        description="Une séance pour faire le point, au calme, à votre rythme, sans engagement.",
        duration_minutes=60,
        price_cents=6000,
        modes=["practice"],
    ).save()
    async with connection.transaction():
        await completeness.refresh(who.practitioner, now=NOW)


async def agree(who: Owner, *, now: datetime = NOW) -> None:
    """Accept the contract in force."""
    version = await contract.in_force(now)
    ticked = {contract.KEY: str(version.id)}
    await contract.accept(who.account, ticked, page="/espace/contrat", session=who.account, now=now)


async def hand(who: Owner, item: DossierItem, *, now: datetime = NOW, **target: int) -> UUID:
    """Hand over a small file."""
    file = await stored(who, now=now)
    return await documents.hand_over(
        who.practitioner, item, file, by=who.account, now=now, **target
    )


async def stored(who: Owner, *, now: datetime = NOW) -> Stored:
    async with files.receiving(
        owner=who.account,
        purpose=Purpose.DOSSIER,
        name="attestation.pdf",
        limit_bytes=documents.LIMIT_BYTES,
        now=now,
    ) as incoming:
        await incoming.write(made.pdf())
        return await incoming.keep(now=now)


def member(site: Any, who: Owner) -> Member:
    return Member(site, who.account, email=who.email)


async def mails(to: str) -> list[tuple[str, str]]:
    """Kind and text of the mails queued to `to`, the oldest first."""
    found = await connection.rows(
        "SELECT id, kind, content_sealed FROM mail WHERE to_address = $1 ORDER BY queued_at, id", to
    )
    return [(row["kind"], outbox.opened(row["id"], row["content_sealed"]).text) for row in found]


async def kinds(to: str) -> list[str]:
    return [kind for kind, _ in await mails(to)]


async def noted(who: Owner) -> list[str]:
    """The kinds of evidence about the account, the oldest first."""
    found = await connection.rows(
        "SELECT kind FROM evidence_entry WHERE subject_id = $1 ORDER BY id", who.account
    )
    return [row["kind"] for row in found]


def days(number: int) -> timedelta:
    return timedelta(days=number)
