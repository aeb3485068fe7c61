"""What the command line says of the register: each verb prints in French and answers an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.database import connection
from app.errors import Refused
from app.evidence import anchors, exporting, nightly, register, verifying


class WhoseAndWhere(Refused):
    message = "L’export attend --compte (l’identifiant d’un compte) et --vers (un dossier)."


async def verify(kept_elsewhere: Sequence[str] = ()) -> int:
    """Check the register, and against anchors from mails (« position:empreinte »); 1 when anything is wrong."""
    report = await verifying.verify([anchors.read(text) for text in kept_elsewhere])
    print(
        f"{report.sealed} lignes dans la chaîne, {report.unsealed} en attente de scellement, "
        f"{report.emptied} au contenu effacé."
    )
    print(
        f"Ancres comparées : {report.anchors_in_table} en base, {report.anchors_in_file} dans "
        f"{anchors.path()}, {len(kept_elsewhere)} données ici."
    )
    if report.head is not None:
        print(f"Fin de la chaîne : {report.head.position}:{report.head.seal_hash}")
    for anomaly in report.anomalies:
        print(f"✗ {anomaly}")
    if report.is_sound:
        print("Aucune anomalie.")
        return 0
    print(f"{len(report.anomalies)} anomalie(s).")
    return 1


async def anchor(now: datetime) -> int:
    """Do the work of the night now; 1 when the check finds an anomaly."""
    report = await nightly.keep(now)
    if report.head is None:
        print("Le registre est vide : rien à ancrer.")
    else:
        print(f"Ancre : {report.head.position}:{report.head.seal_hash} (dans {anchors.path()})")
    for anomaly in report.anomalies:
        print(f"✗ {anomaly}")
    return 0 if report.is_sound else 1


async def export(
    account: str | None, folder: str | None, *, words: exporting.Words, now: datetime
) -> int:
    """Write what the register holds about an account and its mails, as JSON and as a page in `words`: a fact itself.

    Raises `WhoseAndWhere`.
    """
    try:
        subject = UUID(account or "")
    except ValueError:
        raise WhoseAndWhere from None
    if not folder:
        raise WhoseAndWhere
    mails = await connection.rows("SELECT id FROM mail WHERE recipient = $1", subject)
    found = await exporting.entries_of([subject, *(row["id"] for row in mails)])
    files = {
        "preuves.json": exporting.as_json(found, now=now),
        "preuves.html": exporting.as_html(found, words=words, now=now),
    }
    async with connection.transaction():
        await register.write(
            "admin.action",
            subject_type="compte",
            subject=subject,
            content={"action": "registre.export", "auteur": "ligne de commande"},
        )
        await asyncio.to_thread(_write, Path(folder), files)
    print(f"{len(found)} éléments de preuve dans {folder}")
    return 0


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
