"""The doors of the back-office, one file a subject."""

from __future__ import annotations

from app.backoffice.handlers import customers, listings, people, running, texts

__all__ = ["customers", "listings", "people", "running", "texts"]
