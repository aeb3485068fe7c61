"""What answers a practitioner at work on the dossier: its page, with the item being edited open where it stands."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import partial

import msgspec

from app.database import connection
from app.directory import answers as own_page
from app.directory import editing as profiles
from app.directory.editing import Block, Errors, Overtaken, Refusals
from app.directory.offering import Practices
from app.errors import NotFound, Refused
from app.listing import documents, dossiers, editing, practices, showing
from app.listing.forms import FORMS, LINES, SEEN
from app.listing.items import BY_SLUG, DECLARED, DOSSIER, Item
from app.storage.stored import Purpose
from app.web import forms as sent_forms
from app.web import guards, uploads
from app.web.going import go
from app.web.pages import AnyAnswer, AnyRequest, is_fragment, page
from app.web.people import me

TEMPLATE = "listing/dossier.html"
SAVED = "C’est enregistré."
FILE = "fichier"


class Opened(msgspec.Struct, frozen=True):
    """An item being edited; `line`: of an insurance or a certificate, None for a new one. `told`: read this first."""

    slug: str
    path: str
    values: object
    seen: str
    line: int | None = None
    errors: Errors = {}
    told: str = ""


def now() -> datetime:
    return datetime.now(UTC)


def item_named(slug: str) -> Item:
    """Raises `NotFound` for what is not told here."""
    item = BY_SLUG.get(slug)
    if item is None:
        raise NotFound
    return item


async def shown(
    request: AnyRequest,
    *,
    opened: Opened | None = None,
    saved: str = "",
    said: str = "",
    errors: Errors | None = None,
    status: int = 200,
) -> AnyAnswer:
    """The page, or for htmx the dossier alone. `saved`: the item that takes the focus, with `said`."""
    practitioner = guards.practitioner(request)
    choices = {}
    if opened is not None:
        choices = await showing.choices(practitioner, item_named(opened.slug).key)
    return page(
        request,
        TEMPLATE,
        title="Mon dossier",
        is_indexable=False,
        blocks=("dossier",),
        status=status,
        dossier=await showing.dossier(practitioner, now()),
        opened=opened,
        saved=saved,
        said=said,
        errors=errors or {},
        choices=choices,
        declared=DECLARED,
        upload={
            "address": partial(uploads.address, request),
            "limit_bytes": documents.LIMIT_BYTES,
        },
    )


async def open_item(request: AnyRequest, slug: str, line: int | None = None) -> AnyAnswer:
    """The form of an item where it stands; `line` for one insurance or certificate."""
    practitioner, item = guards.practitioner(request), item_named(slug)
    seen = await editing.mark_of(practitioner, item.key)
    if item.key in LINES:
        of = LINES[item.key]
        values = of.blank if line is None else (await of.one(practitioner, line)).typed
    elif line is None:
        values = await FORMS[item.key].load(practitioner)
    else:
        raise NotFound
    return await shown(request, opened=Opened(slug, _path(slug, line), values, seen, line))


async def save_item(request: AnyRequest, slug: str, line: int | None = None) -> AnyAnswer:
    """Write what was sent; refused, it comes back whole (422, or 409 when overtaken)."""
    practitioner, item = guards.practitioner(request), item_named(slug)
    sent = await sent_forms.read(request)
    asked = {"seen": sent.text(SEEN, max=64), "by": me(request).account_id, "now": now()}
    work: Awaitable[object]
    if item.key in LINES:
        of = LINES[item.key]
        values = of.read(sent)
        work = (
            of.add(practitioner, values, **asked)
            if line is None
            else of.change(practitioner, line, values, **asked)
        )
    elif line is None:
        values = FORMS[item.key].read(sent)
        work = FORMS[item.key].write(practitioner, values, **asked)
    else:
        raise NotFound
    errors, told = await _refusals(work)
    if told or errors:
        seen = await editing.mark_of(practitioner, item.key)
        seen = seen if told else str(asked["seen"])
        opened = Opened(slug, _path(slug, line), values, seen, line, errors, told)
        return await shown(request, opened=opened, status=409 if told else 422)
    said = SAVED
    if item.key in LINES and line is None:
        said = "C’est enregistré. Remettez maintenant le fichier."
    return await done(request, slug, said)


async def remove_line(request: AnyRequest, slug: str, line: int) -> AnyAnswer:
    """Take an insurance or a certificate off."""
    item = item_named(slug)
    if item.key not in LINES:
        raise NotFound
    removing = LINES[item.key].remove(
        guards.practitioner(request), line, by=me(request).account_id, now=now()
    )
    errors, _ = await _refusals(removing)
    if errors:
        return await shown(request, errors=errors, saved=slug, status=409)
    return await done(request, slug, "C’est supprimé.")


async def receive(request: AnyRequest, slug: str, line: int | None = None) -> AnyAnswer:
    """A file sent for an item, or for one of its lines: received as it arrives, kept with the fact it proves."""
    practitioner, item, at = guards.practitioner(request), item_named(slug), now()
    target = _target(item, line)
    if line is not None:
        await LINES[item.key].one(practitioner, line)
    async with uploads.arriving(
        request, FILE, purpose=Purpose.DOSSIER, limit_bytes=documents.LIMIT_BYTES, now=at
    ) as arrived:
        try:
            incoming = arrived.file
            async with connection.transaction():
                stored = await incoming.keep(now=at)
                await documents.hand_over(
                    practitioner, item.key, stored, by=me(request).account_id, now=at, **target
                )
        except Refused as refusal:
            where = f"{slug}-{line or 0}-{FILE}"
            # Said at the top of eight items: it names its own.
            said = f"{item.title} : {refusal.message[:1].lower()}{refusal.message[1:]}"
            return await shown(request, errors={where: said}, saved=slug, status=422)
    return await done(request, slug, "Le fichier est remis.")


def _target(item: Item, line: int | None) -> dict[str, int]:
    """What a file belongs to. Raises `NotFound` where a file says nothing, or says it of no line."""
    if (item.key in LINES) != (line is not None) or (
        line is None and item.key not in showing.WITH_FILES
    ):
        raise NotFound
    if line is None:
        return {}
    return {"insurance" if item.slug == "assurance" else "certificate": line}


async def submit(request: AnyRequest) -> AnyAnswer:
    """Hand the dossier over."""
    asked = dossiers.submit(guards.practitioner(request), by=me(request).account_id, now=now())
    errors, _ = await _refusals(asked)
    if errors:
        return await shown(request, errors=errors, status=409)
    return go(
        request,
        DOSSIER,
        flash="Votre dossier est déposé. Vous en recevez la confirmation par courriel.",
    )


async def done(request: AnyRequest, slug: str, said: str) -> AnyAnswer:
    """Back to the item, its form closed: in place for htmx, else the page."""
    if is_fragment(request):
        return await shown(request, saved=slug, said=said)
    return go(request, f"{DOSSIER}#ligne-{slug}", flash=said)


# ---- practices: edited on the profile, held by their certificates (EX-3.1-2) -----------------------


async def open_practices(request: AnyRequest) -> AnyAnswer:
    """The form of the practices on the profile, those that wait for a certificate ticked too."""
    practitioner = guards.practitioner(request)
    chosen = await practices.of(practitioner, now())
    opened = own_page.Opened(
        Block.PRACTICES.value,
        f"profil/{Block.PRACTICES.value}",
        Practices([*chosen.practices, *chosen.waiting]),
        seen=await profiles.mark_of(practitioner, Block.PRACTICES),
    )
    return await own_page.shown(request, blocks=(Block.PRACTICES.name.lower(),), opened=opened)


async def save_practices(request: AnyRequest) -> AnyAnswer:
    """Write them; when some have no certificate, the way leads to where it is handed over."""
    by = me(request).account_id
    lacking: list[str] = []

    async def write(practitioner: int, chosen: Practices, *, seen: str, now: datetime) -> None:
        lacking.extend(await practices.choose(practitioner, chosen, seen=seen, by=by, now=now))

    answer = await own_page.save_block(request, Block.PRACTICES, write)
    if not lacking:
        return answer
    said = f"Justificatif manquant pour {', '.join(lacking)}."[:280]
    return go(request, f"{DOSSIER}/formations", flash=said)


async def _refusals(work: Awaitable[object]) -> tuple[Errors, str]:
    """What is refused, field by field, and what another window did."""
    try:
        await work
    except Refusals as refusal:
        return refusal.errors, ""
    except Overtaken as refusal:
        return {}, refusal.message
    except Refused as refusal:
        return {"": refusal.message}, ""
    return {}, ""


def _path(slug: str, line: int | None) -> str:
    """Where the form of an item is sent, under the page of the dossier."""
    return slug if line is None else f"{slug}/{line}"
