"""Static files: kept for ever under an address that changes with them, compressed once, and nothing else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from litestar.exceptions import NotFoundException

from app import config
from app.web import assets
from app.web.assets import BUNDLE, Assets
from app.web.headers import Surroundings
from tests.web.asking import ask

pytestmark = pytest.mark.anyio

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


@pytest.fixture
def files(site: Any) -> Assets:
    found: Assets = site.state.assets
    return found


async def test_every_file_is_served_for_ever_under_its_mark(
    served: Surroundings, files: Assets
) -> None:
    for name in files.names():
        address = files.url(name)
        assert re.fullmatch(r"/static/[\w./-]+\.[0-9a-f]{10}\.\w+", address)
        answer = await ask(served, address)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == TYPES[Path(name).suffix], name


async def test_what_compresses_well_is_sent_as_the_browser_takes_it(
    served: Surroundings, files: Assets
) -> None:
    for name in (BUNDLE, "js/app.js", "img/sprite.svg"):
        plain = await ask(served, files.url(name))
        assert "content-encoding" not in plain.headers
        for accept, encoding, opened in (
            ("br, gzip", "br", brotli.decompress),
            ("gzip, deflate, br;q=0.5", "br", brotli.decompress),
            ("gzip", "gzip", gzip.decompress),
            ("br;q=0, gzip", "gzip", gzip.decompress),
        ):
            answer = await ask(served, files.url(name), headers={"Accept-Encoding": accept})
            assert answer.headers["content-encoding"] == encoding
            assert answer.headers["vary"] == "Accept-Encoding"
            assert opened(answer.body) == plain.body
        assert plain.headers["vary"] == "Accept-Encoding"


async def test_an_image_is_sent_as_it_is(served: Surroundings, files: Assets) -> None:
    answer = await ask(
        served, files.url("img/partage.png"), headers={"Accept-Encoding": "br, gzip"}
    )
    assert answer.body == (assets.ROOT / "img/partage.png").read_bytes()
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/app.js",
        "/static/js/app.0000000000.js",
        "/static/css/tokens.css",
        "/static/css/bundle.txt",
        "/static/img/",
        "/static/",
        "/static",
        "/static/../app/config.py",
        "/static/../../etc/passwd",
        "/static/js/../../app/config.py",
        "/static/..\\app\\config.py",
        "/static//etc/passwd",
        "/static/%2e%2e/app/config.py",
        "/static/..%2fapp/config.py",
        "/static/.\x00",
        "/static/\udcff",
        "/static/" + "a" * 20_000,
    ],
    ids=lambda path: ascii(path[:30]),
)
async def test_only_the_files_themselves_are_served(served: Surroundings, path: str) -> None:
    answer = await ask(served, path)
    assert answer.status == 404
    assert "Page introuvable" in answer.html
    assert "immutable" not in answer.headers["cache-control"]


async def test_no_encoding_of_an_address_leaves_the_folder(
    served: Surroundings, files: Assets
) -> None:
    """Whatever the server decoded, the address is looked for as a whole, never joined to a folder."""
    known = files.url("js/app.js").removeprefix("/static/")
    assert (await ask(served, f"/static/x/../{known}")).status == 404
    assert (await ask(served, f"/static/{known}/..")).status == 404


@pytest.mark.parametrize("bundle", assets.BUNDLES)
def test_a_style_sheet_is_every_part_in_the_order_of_its_list(bundle: str) -> None:
    plain = Assets(reload=True)
    listed = (assets.ROOT / assets.BUNDLES[bundle]).read_text(encoding="utf-8").split()
    parts = [(assets.ROOT / "css" / name).read_bytes() for name in listed]
    assert plain.answer(plain.url(bundle), "").content == b"\n".join(parts)


def test_styles_and_scripts_of_our_own_are_lightened(files: Assets) -> None:
    plain = Assets(reload=True)
    for name in (BUNDLE, "js/app.js"):
        light = files.answer(files.url(name), "").content
        assert len(light) < len(plain.answer(plain.url(name), "").content)
        assert b"/*" not in light
    vendored = "js/htmx-4.0.1.min.js"
    assert files.answer(files.url(vendored), "").content == (assets.ROOT / vendored).read_bytes()


def test_every_file_named_in_the_templates_exists(files: Assets) -> None:
    named = {
        name
        for path in (config.ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""asset\(\s*["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(files.names())


def _folder(root: Path) -> Path:
    (root / "css").mkdir()
    (root / "css/bundle.txt").write_text("# les parties\none.css\n\ntwo.css\n", encoding="utf-8")
    (root / "css/bundle-account.txt").write_text("two.css\n", encoding="utf-8")
    (root / "css/one.css").write_text("a{}", encoding="utf-8")
    (root / "css/two.css").write_text("b{}", encoding="utf-8")
    (root / "app.js").write_text("1", encoding="utf-8")
    (root / "notes.md").write_text("private", encoding="utf-8")
    return root


def test_a_file_that_changes_gets_another_address(tmp_path: Path) -> None:
    root = _folder(tmp_path)
    before = Assets(root).url("app.js")
    (root / "app.js").write_text("2", encoding="utf-8")
    assert Assets(root).url("app.js") != before
    assert Assets(root).url("app.js") == Assets(root).url("app.js")


def test_in_development_a_change_is_seen_at_once_and_the_old_address_still_answers(
    tmp_path: Path,
) -> None:
    files = Assets(_folder(tmp_path), reload=True)
    before = files.url(BUNDLE)
    (tmp_path / "css/two.css").write_text("c{}", encoding="utf-8")
    after = files.url(BUNDLE)
    assert files.answer(after, "").content == b"a{}\nc{}"
    assert files.answer(before, "").content == b"a{}\nb{}"


def test_only_known_kinds_of_files_are_served(tmp_path: Path) -> None:
    files = Assets(_folder(tmp_path))
    assert files.names() == ["app.js", *sorted(assets.BUNDLES)]
    with pytest.raises(KeyError):
        files.url("notes.md")
    with pytest.raises(NotFoundException):
        files.answer("/static/notes.md", "")
