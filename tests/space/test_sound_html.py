"""The pages of the space are sound HTML for somebody else too: html-validate reads every one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import anyio
import pytest

from tests.house.test_html_validity import RULES, VALIDATOR
from tests.space.member import Member
from tests.space.test_reading_pages import PAGES

pytestmark = pytest.mark.anyio


async def test_every_page_is_valid(camille: Member, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not VALIDATOR.exists():
        pytest.skip("node ou html-validate est absent : npm ci")
    pages = {address: (await camille.open(address)).html for address in PAGES}
    await camille.open("/mon-compte/telecharger")
    pages["archive"] = (await camille.send("/mon-compte/telecharger")).html
    await camille.open("/mon-compte/demandes")
    pages["refused"] = (await camille.send("/mon-compte/demandes")).html
    await camille.send("/mon-compte/demandes", droit="acces", precisions="Bonjour")
    pages["asked"] = camille.seen.html
    for address, html in pages.items():
        name = address.strip("/").replace("/", "-")
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    command = [node, str(VALIDATOR), "--config", "rules.json", "--formatter", "stylish", "*.html"]
    done = await anyio.run_process(command, cwd=tmp_path, check=False)
    assert done.returncode == 0, (done.stdout[-6000:] + done.stderr[-2000:]).decode()
