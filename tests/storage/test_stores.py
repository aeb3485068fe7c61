"""Both stores keep the same promises: the folder of this machine, and a server that speaks S3 (a real local one)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app import config
from app.storage import files, pages_of, pictures, places, tidying
from app.storage.files import Purpose
from app.storage.folder import Folder
from app.storage.s3 import Bucket
from app.storage.store import Away, Missing, Store
from tests.storage import bucket, made
from tests.storage.conftest import NOW

PLACE = "dossier/00/0123456789abcdef"


@pytest.fixture(scope="module")
def bucket_address() -> Iterator[str]:
    with bucket.served() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Folder(tmp_path / "fichiers")
    return Bucket(bucket.settings(request.getfixturevalue("bucket_address")))


def put(store: Store, tmp_path: Path, content: bytes, place: str = PLACE) -> None:
    path = tmp_path / uuid4().hex
    path.write_bytes(content)
    store.put(place, path)
    path.unlink()


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_what_is_put_is_read_back(store: Store, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    put(store, tmp_path, content)
    pieces = list(store.read(PLACE))
    assert b"".join(pieces) == content
    assert all(len(piece) <= 65_536 for piece in pieces), "never held whole"


def test_what_is_put_twice_is_the_second(store: Store, tmp_path: Path) -> None:
    put(store, tmp_path, b"avant, plus long")
    put(store, tmp_path, b"apres")
    assert b"".join(store.read(PLACE)) == b"apres"


def test_what_is_dropped_is_missing_and_dropping_again_is_as_good(
    store: Store, tmp_path: Path
) -> None:
    put(store, tmp_path, b"x")
    for _ in range(2):
        store.drop(PLACE)
        with pytest.raises(Missing):
            next(store.read(PLACE))


def test_one_place_knows_nothing_of_another(store: Store, tmp_path: Path) -> None:
    put(store, tmp_path, b"un", "dossier/01/a")
    put(store, tmp_path, b"deux", "dossier/01/b")
    store.drop("dossier/01/a")
    assert b"".join(store.read("dossier/01/b")) == b"deux"


def test_a_bucket_that_does_not_answer_is_away(tmp_path: Path) -> None:
    nobody = Bucket(bucket.settings(f"http://127.0.0.1:{bucket.free_port()}"))
    for asked in (
        lambda: put(nobody, tmp_path, b"x"),
        lambda: list(nobody.read(PLACE)),
        lambda: nobody.drop(PLACE),
    ):
        with pytest.raises(Away):
            asked()


def test_a_bucket_that_does_not_exist_is_away_and_not_missing(
    bucket_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting must not look like documents lost."""
    monkeypatch.setattr(bucket, "NAME", "autre")
    other = Bucket(bucket.settings(bucket_address))
    with pytest.raises(Away):
        next(other.read(PLACE))


@pytest.fixture
def in_the_bucket(own_folder: Path, bucket_address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of this test go to the bucket; answers the folder of this machine, which must stay empty."""
    monkeypatch.setattr(config, "_settings", bucket.settings(bucket_address))
    assert isinstance(places.store(), Bucket)
    return own_folder


def on_this_machine(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.anyio
async def test_a_supporting_document_lives_in_the_bucket_ciphered(
    in_the_bucket: Path, owner: UUID
) -> None:
    content = made.pdf(weight=500_000)
    async with files.receiving(
        owner=owner, purpose=Purpose.DOSSIER, name="a.pdf", limit_bytes=9_999_999, now=NOW
    ) as incoming:
        await incoming.write(content)
        stored = await incoming.keep(now=NOW)
    assert on_this_machine(in_the_bucket) == []
    place = places.place_of("dossier", stored.id)
    assert made.PDF_MARK in content
    assert made.PDF_MARK not in b"".join(places.store().read(place))
    assert b"".join([piece async for piece in await files.open(stored.id)]) == content
    assert await pages_of.count(stored.id) == 1


@pytest.mark.anyio
async def test_a_portrait_in_the_bucket_is_drawn_shown_and_forgotten(
    in_the_bucket: Path, owner: UUID
) -> None:
    from datetime import timedelta

    async with files.receiving(
        owner=owner, purpose=Purpose.PORTRAIT, name="a.jpg", limit_bytes=9_999_999, now=NOW
    ) as incoming:
        await incoming.write(made.picture("JPEG", (900, 900)))
        await incoming.finish()
        await pictures.draw(incoming, pictures.Crop())
        stored = await incoming.keep(now=NOW)
    assert await pictures.portrait(stored.id, "96.webp")
    await files.drop(stored.id)
    await tidying.tidy(NOW + timedelta(days=2))
    with pytest.raises(Missing):
        next(places.store().read(f"{places.place_of('portrait', stored.id)}/96.webp"))


@pytest.mark.anyio
async def test_what_is_not_kept_leaves_the_bucket(in_the_bucket: Path, owner: UUID) -> None:
    async with files.receiving(
        owner=owner, purpose=Purpose.DOSSIER, name="a.pdf", limit_bytes=9_999_999, now=NOW
    ) as incoming:
        await incoming.write(made.pdf())
        await incoming.finish()
    with pytest.raises(Missing):
        next(places.store().read(places.place_of("dossier", incoming.id)))
