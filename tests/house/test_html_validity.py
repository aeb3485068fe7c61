"""The pages are sound HTML for somebody else too: html-validate reads a dozen of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest

from app import config
from app.web.assets import Assets
from tests.factories import indexed, practitioner
from tests.pages.people import everything_filled
from tests.visitors import Visitor

pytestmark = pytest.mark.anyio

VALIDATOR = config.ROOT / "node_modules/html-validate/bin/html-validate.mjs"
RULES = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {
        # Safari forgets that a list without bullets is one: the role reminds it.
        "no-redundant-role": "off",
        "prefer-native-element": ["error", {"exclude": ["list"]}],
        # The title of a search says every criterion.
        "long-title": "off",
        # Boxes of one question bear its name, as radio buttons do.
        "form-dup-name": ["error", {"shared": ["radio", "checkbox", "button", "submit", "reset"]}],
    },
}


async def _pages(visitor: Visitor, index_gateway: Any) -> dict[str, str]:
    filled = await everything_filled()
    await practitioner(
        "Yann", "Bernard", is_complete=False, is_jupiterre_user=True, places=("83069",)
    )
    bare = await practitioner(
        "Zoé", "Zeller", practices=("reiki",), places=(), is_complete=False, presentation=""
    )
    for rank in range(22):
        await practitioner("Anne", f"Nom{rank:02}", is_remote=rank % 2 == 0)
    await indexed(index_gateway)
    addresses = {
        "home": "/",
        "results": "/praticiens",
        "criteria": "/praticiens?q=sophrologie&theme=gestion-du-stress&lieu=Lyon&rayon=20&visio=1",
        "homonyms": "/praticiens?lieu=Saint-Denis",
        "help": "/praticiens?q=suicide",
        "nobody": "/praticiens?q=zzzzzz&lieu=Ouessant",
        "page": "/praticiens?page=2",
        "profile": f"/praticiens/{filled}",
        "bare": f"/praticiens/{bare}",
        "theme": "/thematiques/gestion-du-stress",
        "practice": "/pratiques/reiki/lyon-69",
        "practices": "/pratiques",
        "ranking": "/classement",
        "terms": "/conditions-utilisation",
        "licences": "/licences",
        "map": "/plan-du-site",
        "missing": "/nulle-part",
    }
    return {name: (await visitor.get(address)).html for name, address in addresses.items()}


async def test_a_dozen_pages_are_valid(
    visitor: Visitor, index_gateway: Any, tmp_path: Path
) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node est absent : sudo apt install nodejs npm")
    if not VALIDATOR.exists():
        pytest.skip("html-validate est absent : npm ci")
    for name, html in (await _pages(visitor, index_gateway)).items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    command = [node, str(VALIDATOR), "--config", "rules.json", "--formatter", "stylish", "*.html"]
    done = await anyio.run_process(command, cwd=tmp_path, check=False)
    assert done.returncode == 0, (done.stdout[-6000:] + done.stderr[-2000:]).decode()


def test_the_lightened_script_is_still_a_script(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node est absent : sudo apt install nodejs npm")
    files = Assets()
    for name in (name for name in files.names() if name.endswith(".js")):
        script = tmp_path / "script.js"
        script.write_bytes(files.answer(files.url(name), "").content)
        done = subprocess.run(
            [node, "--check", script], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
