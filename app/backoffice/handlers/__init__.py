"""The doors of the back-office, one file a subject."""

from __future__ import annotations

from app.backoffice.handlers import (
    customers,
    dossiers,
    figures,
    listings,
    people,
    running,
    texts,
    trade,
)

__all__ = ["customers", "dossiers", "figures", "listings", "people", "running", "texts", "trade"]
