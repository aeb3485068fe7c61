"""Dossiers handed over, made by the verbs of the product: an account, its papers, its files, its contract."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec

from app.database import connection
from app.directory.names import base_letters
from app.directory.tables import ListingState
from app.listing import contract, documents, dossiers
from app.listing.tables import DossierItem
from app.storage import files
from app.storage.stored import Purpose
from tests import factories
from tests.accounts import cast
from tests.storage import made

TWO_PAGES = made.pdf(2)


class Handed(msgspec.Struct, frozen=True):
    """A dossier that waits; `document` is the certificate of insurance."""

    practitioner: int
    account: UUID
    document: UUID
    email: str

    @property
    def url(self) -> str:
        return f"/admin/dossiers/{self.practitioner}"


async def handed(
    first_name: str = "Camille",
    last_name: str = "Martin",
    *,
    content: bytes = TWO_PAGES,
    at: datetime | None = None,
) -> Handed:
    """Somebody whose dossier is whole and handed over at `at` (now)."""
    now = at or datetime.now(UTC)
    email = f"{base_letters(first_name)}.{base_letters(last_name)}@exemple.fr"
    slug = await factories.practitioner(first_name, last_name, state=ListingState.DRAFT)
    practitioner = await factories.id_of(slug)
    account = await cast.client(email, now=now, first_name=first_name, last_name=last_name)
    await connection.execute(
        "UPDATE practitioner SET account = $2 WHERE id = $1", practitioner, account
    )
    [box] = await contract.boxes(account, now)
    await contract.accept(
        account, {box.key: box.value}, page="/espace/contrat", session=uuid4(), now=now
    )
    document = await handed_file(practitioner, account, content, now)
    await dossiers.submit(practitioner, by=account, now=now)
    await connection.execute("TRUNCATE mail, pgqueuer")
    return Handed(practitioner, account, document, email)


async def handed_file(practitioner: int, account: UUID, content: bytes, now: datetime) -> UUID:
    """The certificate of the insurance."""
    found = await connection.row("SELECT id FROM insurance WHERE practitioner = $1", practitioner)
    assert found is not None
    async with files.receiving(
        owner=account,
        purpose=Purpose.DOSSIER,
        name="attestation.pdf",
        limit_bytes=documents.LIMIT_BYTES,
        now=now,
    ) as incoming:
        await incoming.write(content)
        await incoming.finish()
        async with connection.transaction():
            stored = await incoming.keep(now=now)
            return await documents.hand_over(
                practitioner,
                DossierItem.INSURANCE,
                stored,
                insurance=found["id"],
                by=account,
                now=now,
            )
