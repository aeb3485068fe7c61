"""Static files under addresses that change with their content, compressed once; CSS bundled without a build."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import brotli
import rjsmin
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import config
from app.web.headers import accepts
from app.web.pages import AnyRequest

ROOT = config.ROOT / "static"
PREFIX = "/static/"
FILES = (PREFIX, "/portraits/")
"""What pages are made of, alike for everybody: nobody is recognised for it, and nobody counts it."""
BUNDLE = "css/site.css"
BUNDLES = {BUNDLE: "css/bundle.txt", "css/account.css": "css/bundle-account.txt"}
"""Each stylesheet, and the list of its files in order. What only signed-in people see is kept out of the first."""
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
}
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(rb"\s*\n\s*")
_COMPRESSED = frozenset({".css", ".js", ".svg"})


class Assets:
    """The files of `static/`, in memory. With `reload`, read again at each address asked (development)."""

    def __init__(self, root: Path = ROOT, *, reload: bool = False) -> None:
        self._root = root
        self._reload = reload
        self._address: dict[str, str] = {}
        self._files: dict[str, tuple[str, dict[str, bytes]]] = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            is_part = name.startswith("css/")
            if path.is_file() and path.suffix in _TYPES and not is_part:
                self._add(name, path.read_bytes())
        for name in BUNDLES:
            self._add(name, self._stylesheet(name))

    def _stylesheet(self, bundle: str) -> bytes:
        lines = (self._root / BUNDLES[bundle]).read_text(encoding="utf-8").splitlines()
        names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        return b"\n".join((self._root / "css" / name).read_bytes() for name in names)

    def _add(self, name: str, content: bytes) -> str:
        path = Path(name)
        if not self._reload:
            content = _lightened(path, content)
        mark = hashlib.sha256(content).hexdigest()[:10]
        address = f"{PREFIX}{path.with_suffix('').as_posix()}.{mark}{path.suffix}"
        if address not in self._files:
            variants = {"": content}
            if path.suffix in _COMPRESSED:
                quality = 4 if self._reload else 11
                variants["br"] = brotli.compress(content, quality=quality)
                variants["gzip"] = gzip.compress(content, 9, mtime=0)
            self._files[address] = (_TYPES[path.suffix], variants)
        self._address[name] = address
        return address

    def url(self, name: str) -> str:
        """The address of the file `name` (relative to `static/`); raises `KeyError` for a file that is not there."""
        if self._reload:
            if name in BUNDLES:
                return self._add(name, self._stylesheet(name))
            return self._add(name, (self._root / name).read_bytes())
        return self._address[name]

    def names(self) -> list[str]:
        return sorted(self._address)

    def answer(self, address: str, accept_encoding: str) -> Response[bytes]:
        """The file at `address`, for ever cacheable; raises `NotFoundException`."""
        found = self._files.get(address)
        if found is None:
            raise NotFoundException
        media_type, variants = found
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        content = variants[""]
        if len(variants) > 1:
            headers["vary"] = "Accept-Encoding"
            for encoding in ("br", "gzip"):
                if accepts(accept_encoding, encoding):
                    content = variants[encoding]
                    headers["content-encoding"] = encoding
                    break
        return Response(content, media_type=media_type, headers=headers)


def _lightened(path: Path, content: bytes) -> bytes:
    """Our own styles and scripts without their comments and spaces; others come lightened already."""
    if path.suffix == ".css":
        return _SPACES.sub(b"\n", _COMMENT.sub(b"", content))
    if path.suffix == ".js" and not path.stem.endswith(".min"):
        return bytes(rjsmin.jsmin(content))
    return content


@get(PREFIX + "{path:path}", name="web.static", sync_to_thread=False)
def static(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
    assets: Assets = request.app.state.assets
    return assets.answer(PREFIX + path.lstrip("/"), request.headers.get("accept-encoding", ""))
