"""The files of the places of France hold what the directory relies on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "app" / "directory" / "data"
READ = ("label", "family", "tagline", "definition")
Line = dict[str, str]


def lines_of(name: str) -> list[Line]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGIONS = {line["code"]: line for line in lines_of("regions.csv")}
DEPARTMENTS = {line["code"]: line for line in lines_of("departments.csv")}
COMMUNES = {line["code"]: line for line in lines_of("communes.csv")}


def point_of(line: Line) -> tuple[float, float]:
    return float(line["latitude"]), float(line["longitude"])


def inside(line: Line, south: float, north: float, west: float, east: float) -> bool:
    latitude, longitude = point_of(line)
    return south <= latitude <= north and west <= longitude <= east


def names(lines: Iterable[Line]) -> list[str]:
    return [f"{line['name']} ({line['code']})" for line in lines]


@pytest.mark.parametrize("name", ["regions.csv", "departments.csv", "communes.csv"])
def test_codes_and_slugs_are_unique_and_lines_are_sorted(name: str) -> None:
    lines = lines_of(name)
    codes = [line["code"] for line in lines]
    assert codes == sorted(set(codes))
    assert len({line["slug"] for line in lines}) == len(lines)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", line["slug"]) for line in lines)


def test_names_have_the_apostrophe_of_print() -> None:
    assert COMMUNES["94038"]["name"] == "L’Haÿ-les-Roses"
    lines = [*REGIONS.values(), *DEPARTMENTS.values(), *COMMUNES.values()]
    assert not names(line for line in lines if "'" in line["name"])


@pytest.mark.parametrize("name", ["themes.json", "practices.json"])
def test_what_people_read_of_the_trade_has_it_too(name: str) -> None:
    entries = json.loads((DATA / name).read_text(encoding="utf-8"))
    read = [entry[key] for entry in entries for key in READ if key in entry]
    assert read
    assert not [text for text in read if "'" in text]


def test_the_whole_country_is_there() -> None:
    assert len(REGIONS) == 24
    assert len(DEPARTMENTS) == 107
    assert len([c for c in COMMUNES.values() if not c["city"]]) > 34_000
    overseas = {code for code, line in DEPARTMENTS.items() if line["is_overseas"] == "1"}
    collectivities = {"975", "977", "978", "986", "987", "988"}
    assert overseas == {"971", "972", "973", "974", "976"} | collectivities


def test_each_commune_belongs_to_a_department_of_its_region() -> None:
    astray = [
        line
        for line in COMMUNES.values()
        if DEPARTMENTS[line["department"]]["region"] != line["region"]
    ]
    assert not names(astray)
    assert {line["region"] for line in DEPARTMENTS.values()} == set(REGIONS)


def test_the_regions_of_before_2016_share_out_those_of_today() -> None:
    """Article 1 of the law of 16 January 2015."""
    shared: dict[str, list[str]] = {}
    for line in lines_of("former_regions.csv"):
        shared.setdefault(line["region"], []).extend(line["departments"].split())
    assert set(shared) == {"27", "28", "32", "44", "75", "76", "84"}
    for region, departments in shared.items():
        own = [code for code, line in DEPARTMENTS.items() if line["region"] == region]
        assert sorted(departments) == own


def test_postal_codes_are_well_formed() -> None:
    valid = re.compile(r"(0[1-9]|[1-8]\d|9[0-8])\d{3}")
    wrong = [
        line
        for line in COMMUNES.values()
        if not line["postal_codes"]
        or not all(valid.fullmatch(code) for code in line["postal_codes"].split(" "))
    ]
    assert not names(wrong)


def test_metropolitan_communes_lie_in_metropolitan_france() -> None:
    metropolitan = [
        line for line in COMMUNES.values() if DEPARTMENTS[line["department"]]["is_overseas"] == "0"
    ]
    assert not names(line for line in metropolitan if not inside(line, 41, 52, -6, 10))


@pytest.mark.parametrize(
    ("department", "box"),
    [
        ("971", (15.8, 16.6, -61.9, -60.9)),
        ("972", (14.3, 15.0, -61.3, -60.7)),
        ("973", (2.0, 6.0, -55.0, -51.5)),
        ("974", (-21.5, -20.8, 55.1, 56.0)),
        ("975", (46.7, 47.2, -56.5, -56.0)),
        ("976", (-13.1, -12.6, 44.9, 45.4)),
        ("977", (17.8, 18.0, -63.0, -62.7)),
        ("978", (18.0, 18.2, -63.2, -62.9)),
        ("986", (-14.5, -13.1, -178.3, -176.0)),
        ("987", (-28.0, -7.0, -155.0, -134.0)),
        ("988", (-23.0, -19.0, 163.0, 168.5)),
        ("2A", (41.3, 42.5, 8.5, 9.5)),
        ("75", (48.8, 48.92, 2.2, 2.5)),
    ],
)
def test_a_department_keeps_its_communes(
    department: str, box: tuple[float, float, float, float]
) -> None:
    communes = [line for line in COMMUNES.values() if line["department"] == department]
    assert communes
    assert not names(line for line in communes if not inside(line, *box))


@pytest.mark.parametrize(
    ("code", "slug", "point"),
    [
        ("75056", "paris-75", (48.85, 2.35)),
        ("69123", "lyon-69", (45.75, 4.85)),
        ("69383", "lyon-3e-arrondissement-69", (45.76, 4.86)),
        ("13055", "marseille-13", (43.30, 5.38)),
        ("42218", "saint-etienne-42", (45.43, 4.39)),
        ("2A004", "ajaccio-2a", (41.92, 8.74)),
        ("97411", "saint-denis-974", (-20.88, 55.45)),
        ("93066", "saint-denis-93", (48.94, 2.36)),
        ("97209", "fort-de-france-972", (14.60, -61.07)),
        ("94038", "l-hay-les-roses-94", (48.78, 2.33)),
    ],
)
def test_known_cities_are_where_they_are(code: str, slug: str, point: tuple[float, float]) -> None:
    city = COMMUNES[code]
    assert city["slug"] == slug
    assert city["is_approximate"] == "0"
    assert point_of(city) == pytest.approx(point, abs=0.03)


def test_known_slugs_of_regions_and_departments() -> None:
    assert REGIONS["53"]["slug"] == "bretagne"
    assert REGIONS["93"]["slug"] == "provence-alpes-cote-d-azur"
    assert DEPARTMENTS["69"]["slug"] == "rhone"
    assert DEPARTMENTS["2B"]["slug"] == "haute-corse"


@pytest.mark.parametrize(("city", "expected"), [("75056", 20), ("69123", 9), ("13055", 16)])
def test_arrondissements_point_to_their_city(city: str, expected: int) -> None:
    parts = [line for line in COMMUNES.values() if line["city"] == city]
    assert len(parts) == expected
    whole = COMMUNES[city]
    for part in parts:
        assert part["name"].startswith(f"{whole['name']} ")
        assert set(part["postal_codes"].split()) <= set(whole["postal_codes"].split())
        assert point_of(part) == pytest.approx(point_of(whole), abs=0.1)
    assert sum(int(part["population"]) for part in parts) == int(whole["population"])


def test_only_arrondissements_have_a_city() -> None:
    assert {line["city"] for line in COMMUNES.values()} == {"", "75056", "69123", "13055"}


def test_nine_people_out_of_ten_live_where_coordinates_are_exact() -> None:
    communes = [line for line in COMMUNES.values() if not line["city"]]
    exact = [line for line in communes if line["is_approximate"] == "0"]
    assert {line["is_approximate"] for line in communes} == {"0", "1"}
    share = sum(int(c["population"]) for c in exact) / sum(int(c["population"]) for c in communes)
    assert share > 0.9
