"""The doors of the themes and practices: what they are called, whether they are offered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.backoffice.handlers.answering import ADMIN, desk_page
from app.directory import trade
from app.directory.editing import Overtaken
from app.errors import Refused
from app.web import forms as sent
from app.web.forms import Sent
from app.web.going import go
from app.web.pages import AnyRequest
from app.web.people import me

Typed = dict[str, str]
"""The fields of a form, by name."""
SEEN = "vu"
"""The field that carries the mark of what was edited."""


@get("/admin/thematiques", name="backoffice.themes", **ADMIN)
async def themes(request: AnyRequest) -> Response[bytes]:
    found = await trade.themes()
    return desk_page(request, "backoffice/themes.html", "Thématiques", found=found)


@get("/admin/pratiques", name="backoffice.practices", **ADMIN)
async def practices(request: AnyRequest) -> Response[bytes]:
    found = await trade.practices()
    return desk_page(request, "backoffice/practices.html", "Pratiques", found=found)


async def _theme(
    request: AnyRequest, slug: str, typed: Typed | None = None, refusal: Refused | None = None
) -> Response[bytes]:
    found = await trade.theme(slug)
    saved = {
        "libelle": found.label,
        "accroche": found.tagline,
        "mots": "\n".join(found.keywords),
        SEEN: found.mark,
    }
    return _form(request, "backoffice/theme.html", found.label, saved, typed, refusal, theme=found)


@get("/admin/thematiques/{slug:str}", name="backoffice.theme", **ADMIN)
async def theme(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    return await _theme(request, slug)


@post("/admin/thematiques/{slug:str}", name="backoffice.change_theme", **ADMIN)
async def change_theme(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    typed = _typed(await sent.read(request), "accroche")
    try:
        await trade.change_theme(
            slug,
            label=typed["libelle"],
            tagline=typed["accroche"],
            keywords=typed["mots"].split("\n"),
            seen=typed[SEEN],
            by=me(request).account_id,
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        return await _theme(request, slug, typed, refusal)
    return go(request, f"/admin/thematiques#{slug}", flash=f"« {typed['libelle']} » : enregistré.")


@post("/admin/thematiques/{slug:str}/proposee", name="backoffice.offer_theme", **ADMIN)
async def offer_theme(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    is_active = (await sent.read(request)).flag("proposee")
    await trade.offer_theme(slug, is_active=is_active, by=me(request).account_id)
    label = (await trade.theme(slug)).label
    return go(request, f"/admin/thematiques#{slug}", flash=_offered(label, is_active=is_active))


async def _practice(
    request: AnyRequest, slug: str, typed: Typed | None = None, refusal: Refused | None = None
) -> Response[bytes]:
    found = await trade.practice(slug)
    saved = {
        "libelle": found.label,
        "definition": found.definition,
        "mots": "\n".join(found.synonyms),
        "vigilance": "1" if found.needs_vigilance else "",
        SEEN: found.mark,
    }
    return _form(
        request, "backoffice/practice.html", found.label, saved, typed, refusal, practice=found
    )


@get("/admin/pratiques/{slug:str}", name="backoffice.practice", **ADMIN)
async def practice(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    return await _practice(request, slug)


@post("/admin/pratiques/{slug:str}", name="backoffice.change_practice", **ADMIN)
async def change_practice(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    typed = _typed(await sent.read(request), "definition", "vigilance")
    try:
        await trade.change_practice(
            slug,
            label=typed["libelle"],
            definition=typed["definition"],
            synonyms=typed["mots"].split("\n"),
            needs_vigilance=bool(typed["vigilance"]),
            seen=typed[SEEN],
            by=me(request).account_id,
            now=datetime.now(UTC),
        )
    except Refused as refusal:
        return await _practice(request, slug, typed, refusal)
    return go(request, f"/admin/pratiques#{slug}", flash=f"« {typed['libelle']} » : enregistré.")


@post("/admin/pratiques/{slug:str}/proposee", name="backoffice.offer_practice", **ADMIN)
async def offer_practice(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    is_active = (await sent.read(request)).flag("proposee")
    await trade.offer_practice(slug, is_active=is_active, by=me(request).account_id)
    label = (await trade.practice(slug)).label
    return go(request, f"/admin/pratiques#{slug}", flash=_offered(label, is_active=is_active))


def _offered(label: str, *, is_active: bool) -> str:
    if is_active:
        return f"« {label} » est de nouveau proposée."
    return f"« {label} » est retirée ; le bouton de sa ligne la propose à nouveau."


def _form(
    request: AnyRequest,
    template: str,
    title: str,
    saved: Typed,
    typed: Typed | None,
    refusal: Refused | None,
    **context: Any,
) -> Response[bytes]:
    """What is saved, as a form; or what was typed, when `refusal` sends it back.

    Overtaken, the form shows what it would replace, and carries its mark: sent again, it replaces it knowingly.
    """
    is_overtaken = isinstance(refusal, Overtaken)
    shown = saved if typed is None else typed
    return desk_page(
        request,
        template,
        title,
        errors={refusal.field: refusal.message} if refusal else None,
        typed=shown | {SEEN: saved[SEEN]} if is_overtaken else shown,
        meanwhile=saved if is_overtaken else None,
        **context,
    )


def _typed(form: Sent, *others: str) -> Typed:
    """The fields as typed, to be shown again."""
    read = {name: form.text(name, max=2_000) for name in ("libelle", SEEN, *others)}
    return read | {"mots": form.prose("mots", max=8_000)}
