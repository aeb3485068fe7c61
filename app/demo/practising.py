"""Accounts of practitioners to sign in with: one listed, one whose dossier waits to be examined."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.accounts import acceptances, passwords
from app.database import connection
from app.directory import changes
from app.directory.tables import ListingState
from app.listing import contract, documents, dossiers
from app.listing.tables import DossierItem
from app.storage import files
from app.storage.stored import Purpose

_CANDIDATES = """
SELECT p.id FROM practitioner p WHERE p.account IS NULL AND p.listing_state = $1
  AND p.is_complete AND NOT p.is_structure ORDER BY p.id LIMIT 1
"""


async def hold(account: UUID, *, is_listed: bool, now: datetime) -> int | None:
    """Give the account an invented practitioner with a whole dossier, its files included; None when there is none.

    Not listed, the dossier is handed over and waits for the administrator.
    """
    found = await connection.row(_CANDIDATES, ListingState.LISTED.value)
    if found is None:
        return None
    practitioner: int = found["id"]
    async with connection.transaction():
        await connection.execute(
            "UPDATE practitioner SET account = $2 WHERE id = $1", practitioner, account
        )
        await passwords.ask_long(account)
        version = await contract.in_force(now)
        box = acceptances.Box(contract.KEY, version.label, str(version.id), version)
        await acceptances.record(account, [box], page="/espace/contrat", session=None, now=now)
        await _become(practitioner, ListingState.DRAFT)
    await _files(practitioner, account, now)
    async with connection.transaction():
        if is_listed:
            await _become(practitioner, ListingState.LISTED)
            await changes.record(practitioner)
        else:
            await dossiers.submit(practitioner, by=account, now=now)
    return practitioner


async def _become(practitioner: int, state: ListingState) -> None:
    """As the invented ones are written: without steps. While a draft, its files put it in no queue."""
    await connection.execute(
        "UPDATE practitioner SET listing_state = $2 WHERE id = $1", practitioner, state.value
    )


async def _files(practitioner: int, account: UUID, now: datetime) -> None:
    for table, item, target, words in (
        ("insurance", DossierItem.INSURANCE, "insurance", "Attestation d’assurance"),
        (
            "training_certificate",
            DossierItem.CERTIFICATES,
            "certificate",
            "Certificat de formation",
        ),
    ):
        for row in await connection.rows(
            f"SELECT id FROM {table} WHERE practitioner = $1 ORDER BY id",  # noqa: S608
            practitioner,
        ):
            async with files.receiving(
                owner=account,
                purpose=Purpose.DOSSIER,
                name=f"{words}.pdf",
                limit_bytes=documents.LIMIT_BYTES,
                now=now,
            ) as incoming:
                await incoming.write(_page(f"{words} - démonstration"))
                stored = await incoming.keep(now=now)
            await documents.hand_over(
                practitioner, item, stored, by=account, now=now, **{target: row["id"]}
            )


def _page(words: str) -> bytes:
    """A PDF of one page that says what it is, and that it is invented."""
    text = words.replace("’", "'").encode("latin-1", "ignore")
    drawn = b"BT /F1 24 Tf 72 720 Td (" + text + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (len(parts) + 1, table, len(parts) + 1, len(made))
