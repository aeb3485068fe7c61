"""The page where a practitioner gives their photograph, and the photograph as others see it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from app.directory import portraits
from app.errors import Refused
from app.storage import files, pictures
from app.storage.files import Purpose, TooBig
from app.web import guards, uploads
from app.web.going import go
from app.web.pages import AnyAnswer, AnyRequest, page

PATH = "/espace/profil/photo"
_BACK = "/espace/profil#bloc-photo"


async def shown(request: AnyRequest, *, refusal: Refused | None = None) -> AnyAnswer:
    """The form, with the photograph as it is now."""
    portrait = await portraits.portrait_of(guards.practitioner(request))
    return page(
        request,
        "directory/portrait.html",
        title="Photo ou logo",
        is_indexable=False,
        status=200 if refusal is None else 413 if isinstance(refusal, TooBig) else 422,
        errors={} if refusal is None else {"photo": refusal.message},
        action=uploads.address(request, PATH),
        file=portraits.file_of(portrait),
        has_portrait=bool(portrait),
        limit_bytes=portraits.LIMIT_BYTES,
        smallest=pictures.SMALLEST,
    )


async def given(request: AnyRequest) -> AnyAnswer:
    """Receive the photograph; refused, the form comes back and says why."""
    now = datetime.now(UTC)
    async with uploads.arriving(
        request,
        "photo",
        purpose=Purpose.PORTRAIT,
        limit_bytes=portraits.LIMIT_BYTES,
        now=now,
        accepted=files.PICTURES,
    ) as sent:
        square = pictures.crop_of(
            *(sent.fields.text(name) for name in ("cadre_gauche", "cadre_haut", "cadre_cote"))
        )
        try:
            await portraits.give(guards.practitioner(request), sent.file, square, now=now)
        except Refused as refusal:
            return await shown(request, refusal=refusal)
    return go(request, _BACK, flash="Votre image est en place.")


async def taken_off(request: AnyRequest) -> AnyAnswer:
    await portraits.take_off(guards.practitioner(request), now=datetime.now(UTC))
    return go(request, _BACK, flash="Votre image est retirée.")


async def drawn(file_id: UUID, name: str) -> tuple[bytes, str]:
    """The portrait in one of its sizes, and its type; raises `NotFound`."""
    content = await pictures.portrait(file_id, name)
    return content, pictures.MEDIA_TYPES[name.rpartition(".")[2]]
