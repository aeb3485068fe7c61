"""Evidence about a practitioner: of the account that holds the listing, else of the listing itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.directory import ownership
from app.evidence import register


async def note(kind: str, practitioner: int, account: UUID | None, **content: Any) -> None:
    """Write the evidence `kind` about `practitioner`, held by `account`, in the current transaction.

    Raises what `register.write` says.
    """
    await register.write(
        kind,
        subject_type="compte" if account else "praticien",
        subject=account or ownership.subject_of(practitioner),
        content={"praticien": practitioner} | content,
    )
