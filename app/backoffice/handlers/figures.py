"""The doors of the figures: as tables with a chart, and as files for a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get
from litestar.params import FromPath

from app.backoffice import figures, spreadsheets
from app.backoffice.handlers.answering import ADMIN, desk_page, spreadsheet
from app.errors import NotFound
from app.web.pages import AnyRequest
from app.web.people import me


@get("/admin/chiffres", name="backoffice.figures", **ADMIN)
async def tables(request: AnyRequest) -> Response[bytes]:
    found = await figures.tables(datetime.now(UTC))
    return desk_page(request, "backoffice/figures.html", "Chiffres", tables=found)


@get("/admin/chiffres/{file:str}", name="backoffice.figures_sheet", **ADMIN)
async def table(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """`/admin/chiffres/regions.csv`"""
    key, _, kind = file.rpartition(".")
    if kind != "csv":
        raise NotFound
    found = await figures.table(key, datetime.now(UTC))
    await spreadsheets.told(f"chiffres.{key}", by=me(request).account_id)
    return spreadsheet(spreadsheets.sheet(found.header, found.lines), file)
