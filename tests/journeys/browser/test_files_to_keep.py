"""What one downloads to read without the site fits a phone as it fits a laptop."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys.browser import signing_in
from tests.journeys.browser.conftest import Arrival
from tests.journeys.browser.signing_in import PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_evidence_kept_in_a_file_sticks_out_of_no_screen(
    arrive: Arrival, address: str, settled: dict[str, str], tmp_path: Path, width: int
) -> None:
    email = f"alix.{uuid4().hex[:8]}@exemple.example"
    signing_in.made(settled, "new_account", email, PASSWORD)
    walker = await arrive(address, width=width)
    await signing_in.sign_in(walker, email, "/mon-compte/preuves")
    async with walker.page.expect_download() as given:
        await walker.page.get_by_role("link", name="Tout télécharger, à lire").click()
    file = tmp_path / "preuves.html"
    await (await given.value).save_as(file)
    page = await walker.page.context.new_page()
    await page.goto(file.as_uri())
    for folded in await page.locator("details").all():
        await folded.locator("summary").click()
    assert "Libellé affiché" in await page.inner_text("main")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
