"""The doors of the back-office, one file a subject."""

from __future__ import annotations

from app.backoffice.handlers import people, running, texts

__all__ = ["people", "running", "texts"]
