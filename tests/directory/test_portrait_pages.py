"""A practitioner gives their photograph; everybody sees it, and nothing else of the file."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from app.directory import portraits
from app.directory.tables import ListingState
from tests.accounts import cast
from tests.backoffice.conftest import signed
from tests.directory.owner import Owner
from tests.factories import edited
from tests.storage import made
from tests.visitors import Seen, Visitor

pytestmark = pytest.mark.anyio

PAGE = "/espace/profil/photo"


async def give(owner: Owner, content: bytes, **fields: str) -> Seen:
    """Fill in the form of the page, as it is, and send it."""
    page = await owner.open(PAGE)
    action = page.attribute("form[enctype='multipart/form-data']", "action")
    return await owner.send_file(action, "photo", content, name="moi.jpg", fields=fields)


async def addresses(visitor: Visitor, slug: str) -> list[str]:
    """The portraits that the public page asks for."""
    page = await visitor.get(f"/praticiens/{slug}")
    said = (
        page.attribute(".profile__top source", "srcset") if page.has(".profile__top source") else ""
    )
    return [part.split()[0] for part in said.split(", ") if part]


async def test_a_photograph_given_is_on_the_public_page_and_in_the_results(
    camille: Owner, visitor: Visitor
) -> None:
    sent = await give(camille, made.picture("JPEG", (1_200, 900)))
    assert (sent.status, sent.headers["location"]) == (303, "/espace/profil#bloc-photo")
    wanted = await addresses(visitor, camille.slug)
    assert [address.rpartition("/")[2] for address in wanted] == [
        "96.webp", "192.webp", "400.webp", "800.webp",
    ]  # fmt: skip
    for address in wanted:
        answer = await visitor.request("GET", address)
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "private, max-age=3600", (
            "nobody keeps it for others"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        assert Image.open(io.BytesIO(answer.response.content)).format == "WEBP"
    results = await visitor.get("/praticiens")
    assert results.attribute(".card img.portrait", "src") == wanted[1].replace("webp", "jpg")
    assert results.attribute(".card img.portrait", "alt") == ""


async def test_a_photograph_meets_its_criterion_and_its_absence_does_not(camille: Owner) -> None:
    met = "SELECT is_met FROM profile_criterion WHERE practitioner = $1 AND criterion = 'portrait'"
    await give(camille, made.picture("PNG", (500, 500)))
    assert await camille.stored(met) is True
    await camille.open(PAGE)
    taken_off = await camille.press(f"{PAGE}/retirer")
    assert taken_off.status == 303
    assert await camille.stored(met) is False
    assert await camille.stored("SELECT is_complete FROM practitioner WHERE id = $1") is False


async def test_another_photograph_has_another_address_and_the_former_one_is_gone(
    camille: Owner, visitor: Visitor
) -> None:
    await give(camille, made.picture("PNG", (500, 500)))
    (former, *_) = await addresses(visitor, camille.slug)
    await give(camille, made.picture("PNG", (600, 600)))
    (present, *_) = await addresses(visitor, camille.slug)
    assert present != former
    assert (await visitor.request("GET", former)).status == 404
    assert (await visitor.request("GET", present)).status == 200


async def test_a_browser_that_has_the_photograph_is_not_sent_it_again(
    camille: Owner, visitor: Visitor
) -> None:
    await give(camille, made.picture("PNG", (500, 500)))
    (address, *_) = await addresses(visitor, camille.slug)
    etag = (await visitor.request("GET", address)).headers["etag"]
    again = await visitor.request("GET", address, headers={"if-none-match": etag})
    assert (again.status, again.response.content) == (304, b"")
    assert again.headers["cache-control"] == "private, max-age=3600"
    await edited(camille.slug, listing_state=ListingState.SUSPENDED)
    assert (await visitor.request("GET", address, headers={"if-none-match": etag})).status == 404


@pytest.mark.parametrize(
    "facts",
    [
        {"listing_ends_at": datetime.now(UTC) - timedelta(seconds=1)},
        {"listing_state": ListingState.DELISTED},
        {"listing_state": ListingState.SUSPENDED},
        {"listing_state": ListingState.DRAFT},
    ],
    ids=["the moment has come", "delisted", "suspended", "draft"],
)
async def test_the_photograph_is_hidden_with_its_practitioner_but_from_them_and_administrators(
    site: Any, camille: Owner, dominique: Owner, visitor: Visitor, facts: dict[str, Any]
) -> None:
    """EX-3.1-10, EX-3.3-4; decision 9: by the dates, at once."""
    await give(camille, made.picture("PNG", (500, 500)))
    (address, *_) = await addresses(visitor, camille.slug)
    await edited(camille.slug, listing_ends_at=datetime.now(UTC) + timedelta(days=1))
    assert (await visitor.request("GET", address)).status == 200
    await edited(camille.slug, **facts)
    assert (await visitor.request("GET", address)).status == 404
    assert (await dominique.request("GET", address)).status == 404
    own = await camille.open("/espace/profil")
    assert own.attribute("#bloc-photo img", "src").startswith(address.rpartition("/")[0])
    assert (await camille.request("GET", address)).status == 200
    async with Visitor(site) as desk:
        await signed(desk, await cast.admin(), is_admin=True)
        assert (await desk.request("GET", address)).status == 200


async def test_the_square_chosen_is_the_one_shown(camille: Owner, visitor: Visitor) -> None:
    await give(
        camille,
        made.picture("PNG", (1_600, 800)),
        cadre_gauche="0.5",
        cadre_haut="0",
        cadre_cote="0.9",
    )
    address = (await addresses(visitor, camille.slug))[0]
    shown = Image.open(io.BytesIO((await visitor.request("GET", address)).response.content))
    pixel: Any = shown.convert("RGB").getpixel((10, 48))
    assert pixel[2] > 200 > pixel[0]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "Ce fichier est vide"),
        (made.pdf(), 422, "JPEG, PNG ou WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 422, "JPEG, PNG ou WebP"),
        (made.png_that_swells(20_000), 422, "ne s’ouvre pas"),
        (made.picture("JPEG", (399, 399)), 422, "trop petite"),
        (b"\xff\xd8\xff" + b"\0" * portraits.LIMIT_BYTES, 413, "5 Mo au plus"),
    ],
    ids=["empty", "PDF", "SVG", "bomb", "small", "heavy"],
)
async def test_what_cannot_be_a_photograph_is_refused_on_the_form(
    camille: Owner, content: bytes, status: int, words: str
) -> None:
    before = await camille.stored("SELECT portrait FROM profile WHERE practitioner = $1")
    seen = await give(camille, content)
    assert seen.status == status
    assert words in seen.text("#champ-photo-erreur")
    assert seen.attribute("#champ-photo", "aria-invalid") == "true"
    assert await camille.stored("SELECT portrait FROM profile WHERE practitioner = $1") == before


async def test_a_form_sent_without_a_photograph_asks_for_one(camille: Owner) -> None:
    page = await camille.open(PAGE)
    action = page.attribute("form[enctype='multipart/form-data']", "action")
    seen = await camille.send_file(action, "photo", b"", name="")
    assert seen.status == 422
    assert "Choisissez d’abord un fichier" in seen.text("main")


async def test_the_form_of_one_practitioner_does_not_serve_another(
    camille: Owner, dominique: Owner
) -> None:
    page = await camille.open(PAGE)
    action = page.attribute("form[enctype='multipart/form-data']", "action")
    seen = await dominique.send_file(action, "photo", made.picture("PNG", (500, 500)))
    assert seen.status == 403
    assert "file:" not in await dominique.stored(
        "SELECT portrait FROM profile WHERE practitioner = $1"
    )


async def test_a_script_is_told_where_to_go_next(camille: Owner) -> None:
    page = await camille.open(PAGE)
    action = page.attribute("form[enctype='multipart/form-data']", "action")
    seen = await camille.send_file(
        action, "photo", made.picture("PNG", (500, 500)), hx_request="true"
    )
    assert (seen.status, seen.headers["hx-redirect"]) == (204, "/espace/profil#bloc-photo")


@pytest.mark.parametrize(
    "path",
    [
        "/portraits/00000000-0000-4000-8000-000000000000/400.webp",
        "/portraits/00000000-0000-4000-8000-000000000000/..%2f..%2fetc",
        "/portraits/x/400.webp",
    ],
)
async def test_a_portrait_nobody_has_is_not_found(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(path)).status == 404


async def test_the_portraits_of_the_demonstration_stay_drawn(
    camille: Owner, visitor: Visitor
) -> None:
    assert "drawn:" in await camille.stored("SELECT portrait FROM profile WHERE practitioner = $1")
    assert await addresses(visitor, camille.slug) == []
    page = await visitor.get(f"/praticiens/{camille.slug}")
    assert page.has(".profile__top svg.portrait")
