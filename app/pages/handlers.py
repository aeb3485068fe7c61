"""The doors of the public pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from app.errors import NotFound
from app.legal.titles import TITLES
from app.pages import health as watch
from app.pages import landing
from app.pages import licences as parts
from app.pages import profile as profiles
from app.pages import sitemap as maps
from app.pages.texts import LICENCES_PATH, TEXT_PAGES, TextPage
from app.pages.views import LandingPage
from app.search.find import Finder
from app.search.order import Order
from app.search.results import SearchForm
from app.web import guards
from app.web.guards import OPEN_WHILE_PENDING
from app.web.pages import AnyRequest, page


def _finder(request: AnyRequest) -> Finder:
    finder: Finder = request.app.state.finder
    return finder


async def _order(request: AnyRequest) -> Order:
    return (await _finder(request).roster.current(datetime.now(UTC))).order


async def _drawn_with(request: AnyRequest) -> dict[str, Any]:
    """What the page of a practitioner is drawn with."""
    finder, now = _finder(request), datetime.now(UTC)
    known = await finder.roster.current(now)
    return {
        "catalogue": known.order.catalogue,
        "book": finder.book,
        "jupiterre_tier": known.versions.jupiterre_tier,
        "now": now,
    }


@get("/", name="pages.home")
async def home(request: AnyRequest) -> Response[bytes]:
    order = await _order(request)
    return page(
        request,
        "pages/home.html",
        title="Trouver un praticien du bien-être",
        description="Naturopathie, sophrologie, massage, réflexologie, yoga : trouvez un praticien du"
        " bien-être près de chez vous ou en visio, par besoin, par pratique ou par nom.",
        path="/",
        home=landing.home(order),
        form=SearchForm(),
    )


@get("/praticiens/{slug:str}", name="pages.profile")
async def profile(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    shown = await profiles.profile(slug, **await _drawn_with(request))
    return page(
        request,
        "pages/profile.html",
        title=shown.display_name,
        description=shown.description,
        path=shown.url,
        profile=shown,
    )


@get("/espace/apercu", name="pages.preview", guards=[guards.practitioner_only])
async def preview(request: AnyRequest) -> Response[bytes]:
    """One's own page as a visitor sees it, public or not yet."""
    shown = await profiles.preview(guards.practitioner(request), **await _drawn_with(request))
    return page(
        request,
        "pages/profile.html",
        title=f"Aperçu : {shown.display_name}",
        is_indexable=False,
        profile=shown,
        is_preview=True,
    )


@get("/thematiques", name="pages.themes")
async def themes(request: AnyRequest) -> Response[bytes]:
    order = await _order(request)
    return page(
        request,
        "pages/themes.html",
        title="Thématiques",
        description="Partir d’un besoin : stress, sommeil, alimentation, douleurs du dos, vie de couple…",
        path="/thematiques",
        themes=landing.theme_tiles(order),
    )


@get("/thematiques/{slug:str}", name="pages.theme")
async def theme(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    return _landing(request, await landing.theme(_finder(request), slug, datetime.now(UTC)))


@get("/pratiques", name="pages.practices")
async def practices(request: AnyRequest) -> Response[bytes]:
    order = await _order(request)
    return page(
        request,
        "pages/practices.html",
        title="Pratiques",
        description="Toutes les pratiques de bien-être de l’annuaire, expliquées simplement.",
        path="/pratiques",
        families=landing.families(order),
    )


@get("/pratiques/{slug:str}", name="pages.practice")
async def practice(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    return _landing(request, await landing.practice(_finder(request), slug, datetime.now(UTC)))


@get("/pratiques/{slug:str}/{place:str}", name="pages.practice_place")
async def practice_place(
    request: AnyRequest, slug: FromPath[str], place: FromPath[str]
) -> Response[bytes]:
    found = await landing.practice_place(_finder(request), slug, place, datetime.now(UTC))
    return _landing(request, found)


def _landing(request: AnyRequest, found: LandingPage) -> Response[bytes]:
    return page(
        request,
        "pages/landing.html",
        title=found.title,
        description=found.description,
        path=found.canonical_url,
        is_indexable=found.is_indexable,
        landing=found,
    )


# ---- texts ------------------------------------------------------------------------------------


def _text(request: AnyRequest, slug: str, shown: TextPage, **context: Any) -> Response[bytes]:
    return page(
        request,
        shown.template,
        title=shown.title,
        description=shown.description,
        path=f"/{slug}",
        toc=shown.toc,
        **context,
    )


@get(
    [f"/{slug}" for slug in TEXT_PAGES if slug != LICENCES_PATH],
    name="pages.text",
    opt=OPEN_WHILE_PENDING,
)
async def text(request: AnyRequest) -> Response[bytes]:
    slug = request.scope["path"].strip("/")
    if slug not in TEXT_PAGES:
        raise NotFound
    return _text(request, slug, TEXT_PAGES[slug])


@get(f"/{LICENCES_PATH}", name="pages.licences", sync_to_thread=False)
def licences(request: AnyRequest) -> Response[bytes]:
    return _text(request, LICENCES_PATH, TEXT_PAGES[LICENCES_PATH], licences=parts.third_party())


@get("/plan-du-site", name="pages.site_map")
async def site_map(request: AnyRequest) -> Response[bytes]:
    order = await _order(request)
    return page(
        request,
        "pages/site_map.html",
        title="Plan du site",
        path="/plan-du-site",
        themes=landing.theme_tiles(order),
        families=landing.families(order),
        texts=[
            *((f"/{document}", title) for document, title in TITLES.items()),
            *((f"/{slug}", shown.title) for slug, shown in TEXT_PAGES.items()),
        ],
    )


# ---- machines ---------------------------------------------------------------------------------


@get("/sitemap.xml", name="pages.sitemap_index")
async def sitemap_index(request: AnyRequest) -> Response[str]:
    order = await _order(request)
    return Response(await maps.index(order), media_type=MediaType.XML)


@get("/sitemaps/{name:str}", name="pages.sitemap")
async def sitemap(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    order = await _order(request)
    found = await maps.file(name.removesuffix(".xml"), order)
    return Response(found, media_type=MediaType.XML)


@get("/robots.txt", name="pages.robots", sync_to_thread=False)
def robots() -> Response[str]:
    return Response(maps.robots(), media_type=MediaType.TEXT)


@get("/sante", name="pages.health")
async def health(request: AnyRequest) -> Response[bytes]:
    found = await watch.look(_finder(request).gateway, datetime.now(UTC))
    return Response(
        msgspec.json.encode(found),
        status_code=503 if found.status == "down" else 200,
        media_type=MediaType.JSON,
        headers={"cache-control": "no-store"},
    )
