"""The list of customers as the operator's software sends it: signed, in JSON, answered in JSON (decision 14)."""

from __future__ import annotations

from datetime import datetime

import msgspec
import structlog

from app.database import connection
from app.directory import jupiterre, jupiterre_calls
from app.directory.spreadsheets import NotAList
from app.errors import Refused
from app.listing import customers
from app.listing.customers import Preview

MAX_BYTES = 5_000_000
SMALLEST_LOSS = 10
"""From so many unmarked at once on, a list that unmarks most of them is rather a list cut short."""
_log = structlog.get_logger("jupiterre")


class CutShort(Refused):
    message = (
        "Cette liste retirerait plus de la moitié des clients connus : elle semble incomplète."
        " Faites-le à la main, dans l’administration."
    )


class _Line(msgspec.Struct, frozen=True):
    siret: str = ""
    email: str = ""


class _Body(msgspec.Struct, frozen=True):
    customers: list[_Line]


async def receive(body: bytes, *, moment: str, signature: str, now: datetime) -> tuple[int, bytes]:
    """Take a signed list whole; the status and the JSON to answer. Raises `NotFound` when there is no secret.

    A refusal changes nothing, but the call is spent: it is signed anew to be sent again.
    """
    try:
        await jupiterre_calls.check(moment, signature, body, now=now)
        given = msgspec.json.decode(body, type=_Body)
        listed = customers.listed(
            (number, one.siret, one.email) for number, one in enumerate(given.customers, 1)
        )
        async with connection.transaction():
            done = await customers.replace(listed, by=jupiterre.SOFTWARE, now=now)
            _refuse_cut_short(done)
    except jupiterre_calls.Replayed as refusal:
        return _told(409, refusal.message)
    except (jupiterre_calls.NotSigned, jupiterre_calls.NotOfNow) as refusal:
        return _told(401, refusal.message)
    except msgspec.DecodeError:
        return _told(400, "Un objet JSON avec « customers », une liste de « siret » et « email ».")
    except (NotAList, CutShort) as refusal:
        return _told(422, refusal.message)
    _log.info("customers", marked=len(done.marked), unmarked=len(done.unmarked))
    return 200, msgspec.json.encode(
        {
            "marked": len(done.marked),
            "unmarked": len(done.unmarked),
            "kept": done.kept,
            "unknown": len(done.unknown),
            "doubts": [msgspec.structs.asdict(doubt.customer) for doubt in done.doubts],
            "refused": [{"line": fault.line, "reason": str(fault)} for fault in done.faults],
        }
    )


def _refuse_cut_short(done: Preview) -> None:
    lost = len(done.unmarked)
    if lost >= SMALLEST_LOSS and lost > done.kept:
        raise CutShort


def _told(status: int, message: str) -> tuple[int, bytes]:
    return status, msgspec.json.encode({"error": message})
