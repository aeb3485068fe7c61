"""What is read of a service, an address and a training: the same on the public page and where it is edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from app.directory import services_of, vocabulary
from app.directory.places import PlaceBook
from app.directory.tables import PaymentRule, PlaceKind


class ServiceShown(msgspec.Struct, frozen=True):
    """Minutes; euro cents."""

    label: str
    description: str
    duration_minutes: int
    price_cents: int
    modes: list[str]
    payment_text: str
    is_active: bool = True


class PlaceShown(msgspec.Struct, frozen=True):
    """`commune_label` and `commune_url` lead to the others there; empty where nobody looks for others."""

    title: str
    street: str
    postal_code: str
    town: str
    city_line: str
    access_notes: str
    is_home_area: bool
    radius_km: int
    commune_label: str = ""
    commune_url: str = ""


class TrainingShown(msgspec.Struct, frozen=True):
    title: str
    body: str
    year: int


def service(row: Any) -> ServiceShown:
    payment = services_of.payment_words(PaymentRule(row["payment_rule"]), row["deposit_cents"])
    return ServiceShown(
        label=row["label"],
        description=row["description"],
        duration_minutes=row["duration_minutes"],
        price_cents=row["price_cents"],
        modes=words(row["modes"], vocabulary.MODES),
        payment_text=payment if row["price_cents"] else "",
        is_active=row["is_active"],
    )


def place(row: Any, book: PlaceBook) -> PlaceShown:
    is_area = row["kind"] == PlaceKind.HOME_AREA
    position = book.position_of[row["commune"]]
    near = book.commune_at(position) if is_area else book.city_of(position)
    town = near.label.rsplit(" (", 1)[0]
    return PlaceShown(
        title=row["label"] or ("À domicile" if is_area else "Cabinet"),
        street=row["street"],
        postal_code=row["postal_code"],
        town=town,
        city_line=town if is_area else f"{row['postal_code']} {town}".strip(),
        access_notes=row["access_notes"],
        is_home_area=is_area,
        radius_km=row["radius_km"],
    )


def training(row: Any) -> TrainingShown:
    return TrainingShown(row["title"], row["body"], row["year"])


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]


def words(keys: Sequence[str] | None, known: dict[str, str]) -> list[str]:
    """The words of the `keys` of a closed list; a key it no longer holds is left out."""
    return [known[key] for key in keys or () if key in known]
