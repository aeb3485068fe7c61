"""What the product is made of, with versions and licences (terms § 9: kept at everyone's disposal)."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from typing import NamedTuple

from app.config import ROOT


class Licence(NamedTuple):
    """One component; `version` is empty for what has none."""

    name: str
    version: str
    licence: str


BESIDES_PYTHON = [
    Licence("htmx", "4.0.1", "Zero-Clause BSD"),
    Licence("Meilisearch (moteur de recherche)", "", "MIT (édition communautaire)"),
    Licence("PostgreSQL (base de données)", "", "PostgreSQL Licence"),
    Licence("@etalab/decoupage-administratif", "", "Licence Ouverte 2.0"),
    Licence("GeoNames", "", "CC BY 4.0"),
    Licence("@zxcvbn-ts/language-fr (mots et noms français)", "4.1.2", "MIT"),
    Licence("OpenSubtitles 2024, par OPUS (fréquence des mots français)", "", "ODC-BY"),
]
"""Parts that no Python package declares: the vendored script, the two engines, the data of the places."""

UNDECLARED = "non déclarée par le composant"

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==")

_SHORT_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


@cache
def third_party() -> list[Licence]:
    """Every locked runtime package that is installed here, then the other parts; by name."""
    installed = [
        _licence_of(distribution)
        for name in _locked_names()
        if (distribution := _distribution(name)) is not None
    ]
    return sorted(installed + BESIDES_PYTHON, key=lambda part: part.name.lstrip("@").casefold())


def _locked_names() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [found[1] for line in lines if (found := _REQUIREMENT.match(line))]


def _distribution(name: str) -> metadata.Distribution | None:
    """None for a package of another platform: locked, but not part of what runs here."""
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def _licence_of(distribution: metadata.Distribution) -> Licence:
    about = distribution.metadata
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    # The SPDX expression is exact; the older field may hold the whole text, whose first line names the licence.
    fields = [about[field].strip() for field in ("License-Expression", "License") if field in about]
    declared = [field.partition("\n")[0].strip() for field in fields if field][:1]
    names = declared or classifiers
    licence = " ou ".join(_SHORT_NAMES.get(name, name) for name in names)
    return Licence(about["Name"], distribution.version, licence or UNDECLARED)
