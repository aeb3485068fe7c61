"""What a line of an imported CSV says of a practitioner, read by the rules of the forms; or why it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from app.accounts import people
from app.database import connection
from app.directory import money
from app.directory.names import base_letters
from app.directory.offering import MOST_PRACTICES, MOST_THEMES
from app.directory.places_of import POSTAL_CODE
from app.directory.profiles import LONGEST_PRESENTATION
from app.directory.spreadsheets import Fault, Row
from app.errors import Refused
from app.listing import rules
from app.listing.drafts import LONGEST_TRADE_NAME, Name
from app.listing.tables import LegalForm, Registration

NEEDED = ("email", "siret")
COLUMNS = (
    *NEEDED, "prenom", "nom", "nom_commercial", "structure", "titre", "presentation", "pratiques", "thematiques",
    "rue", "code_postal", "commune", "telephone", "denomination", "forme_juridique", "capital", "immatriculation",
    "greffe", "tva",
)  # fmt: skip
"""Several practices or themes stand in one value, with « | » between them."""
_YES, _NO = {"oui", "o", "1", "vrai", "x"}, {"", "non", "n", "0", "faux"}


class Arrival(msgspec.Struct, frozen=True):
    """A practitioner to be made. `vat_number` None: the question was not answered; empty: not registered."""

    line: int
    name: Name
    headline: str
    presentation: str
    practices: tuple[int, ...]
    themes: tuple[int, ...]
    street: str
    postal_code: str
    city: str
    commune: str
    phone: str
    email: str
    siret: str
    legal_name: str
    legal_form: str
    capital_cents: int | None
    registration: str
    registration_city: str
    vat_number: str | None

    @property
    def key(self) -> tuple[str, str]:
        """By this the same line is known again."""
        return self.siret, self.email


class Reference(msgspec.Struct, frozen=True):
    """What the lines name: practices and themes by label or short name, communes by postal code and name."""

    practices: Mapping[str, int]
    themes: Mapping[str, int]
    communes: Mapping[str, list[tuple[str, str, bool]]]
    """By postal code: (name, INSEE code, whether it is an arrondissement)."""


async def reference() -> Reference:
    named: list[dict[str, int]] = []
    for table in ("practice", "theme"):
        found = await connection.rows(f"SELECT id, slug, label FROM {table} WHERE is_active")  # noqa: S608
        named.append(
            {base_letters(row[column]): row["id"] for row in found for column in ("slug", "label")}
        )
    communes: dict[str, list[tuple[str, str, bool]]] = {}
    for row in await connection.rows("SELECT code, name, city, postal_codes FROM commune"):
        told = base_letters(row["name"]), row["code"], bool(row["city"])
        for postal_code in row["postal_codes"]:
            communes.setdefault(postal_code, []).append(told)
    return Reference(named[0], named[1], communes)


class _Reading:
    """The values of one line, and the faults found on the way."""

    def __init__(self, row: Row, known: Reference) -> None:
        self.row, self.known = row, known
        self.faults: list[Fault] = []

    def wrong(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.row.line, column, reason))

    def text(self, column: str, longest: int) -> str:
        value = self.row[column] if column == "presentation" else " ".join(self.row[column].split())
        if len(value) > longest:
            self.wrong(column, f"dépasse {longest} caractères")
        return value

    def flag(self, column: str) -> bool:
        said = base_letters(self.row[column])
        if said not in _YES | _NO:
            self.wrong(column, "attend « oui » ou « non »")
        return said in _YES

    def checked(self, column: str, check: Callable[[str], str | None], reason: str) -> str:
        """The kept form of a value, empty when there is none."""
        value = self.row[column]
        if not value:
            return ""
        kept = check(value)
        if kept is None:
            self.wrong(column, reason)
        return kept or ""

    def of_list(self, column: str, ids: Mapping[str, int], what: str, most: int) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for words in filter(None, (part.strip() for part in self.row[column].split("|"))):
            if base_letters(words) in ids:
                found[ids[base_letters(words)]] = None
            else:
                self.wrong(column, f"« {words[:60]} » n’est pas {what} de la liste")
        if len(found) > most:
            self.wrong(column, f"en compte plus de {most}")
        return tuple(found)

    def one_of(self, column: str, choices: Mapping[str, str]) -> str:
        value = self.row[column]
        if value and base_letters(value) not in choices:
            self.wrong(column, f"« {value[:40]} » n’est pas dans la liste")
        return choices.get(base_letters(value), "")


_FORMS = {base_letters(form.value): form.value for form in LegalForm}
_REGISTRATIONS = {base_letters(one.value): one.value for one in Registration}


def read(row: Row, known: Reference) -> tuple[Arrival | None, list[Fault]]:
    """The practitioner that a line describes, or every reason why it does not."""
    reading = _Reading(row, known)
    for column in NEEDED:
        if not row[column]:
            reading.wrong(column, "manque")
    name = _name(reading)
    street, postal_code, city, commune = _place(reading)
    form = reading.one_of("forme_juridique", _FORMS)
    siret = reading.checked("siret", _siret, "n’est pas un SIRET (14 chiffres, clé juste)")
    arrival = Arrival(
        line=row.line,
        name=name,
        headline=reading.text("titre", 120),
        presentation=reading.text("presentation", LONGEST_PRESENTATION),
        practices=reading.of_list("pratiques", known.practices, "une pratique", MOST_PRACTICES),
        themes=reading.of_list("thematiques", known.themes, "une thématique", MOST_THEMES),
        street=street,
        postal_code=postal_code,
        city=city,
        commune=commune,
        phone=reading.checked("telephone", rules.phone, "n’est pas un numéro de téléphone"),
        email=reading.checked("email", rules.email, "n’est pas une adresse e-mail"),
        siret=siret,
        legal_name=reading.text("denomination", 160),
        legal_form=form,
        capital_cents=_capital(reading, form),
        registration=reading.one_of("immatriculation", _REGISTRATIONS),
        registration_city=reading.text("greffe", 60),
        vat_number=_vat(reading, siret),
    )
    return (None if reading.faults else arrival), reading.faults


def _siret(typed: str) -> str | None:
    number = rules.digits(typed)
    return number if rules.is_siret(number) else None


def _name(reading: _Reading) -> Name:
    is_structure = reading.flag("structure")
    trade_name = reading.text("nom_commercial", LONGEST_TRADE_NAME)
    if is_structure:
        if not any(map(str.isalnum, trade_name)):
            reading.wrong("nom_commercial", "manque, pour une structure")
        return Name(trade_name=trade_name, is_structure=True)
    kept = {}
    for column in ("prenom", "nom"):
        try:
            kept[column] = people.name(reading.row[column])
        except Refused as refusal:
            reading.wrong(column, refusal.message)
    return Name(kept.get("prenom", ""), kept.get("nom", ""), trade_name)


def _place(reading: _Reading) -> tuple[str, str, str, str]:
    """Street, postal code, town as written, and the INSEE code of the commune; all empty without a place."""
    street, city = reading.text("rue", 160), reading.text("commune", 80)
    postal_code = reading.row["code_postal"]
    if not (street or city or postal_code):
        return "", "", "", ""
    if not POSTAL_CODE.fullmatch(postal_code):
        reading.wrong("code_postal", "attend cinq chiffres")
        return "", "", "", ""
    nearby, wanted = reading.known.communes.get(postal_code, []), base_letters(city)
    # « 69003 Lyon » is the third arrondissement, whose own name is longer.
    parts = [
        code for name, code, is_part in nearby if is_part and wanted and name.startswith(wanted)
    ]
    found = parts or [code for name, code, _ in nearby if name == wanted]
    if len(found) != 1:
        reading.wrong("commune", f"« {city[:40]} » n’est pas une commune du {postal_code}")
        return "", "", "", ""
    return street, postal_code, city, found[0]


def _capital(reading: _Reading, form: str) -> int | None:
    typed = reading.row["capital"]
    cents = money.cents(typed) if typed else None
    if typed and cents is None:
        reading.wrong("capital", "n’est pas un montant en euros")
    elif form and rules.capital_refused(form, cents):
        reading.wrong("capital", "ne va pas avec la forme juridique")
    return cents


def _vat(reading: _Reading, siret: str) -> str | None:
    typed = reading.row["tva"]
    if not typed:
        return None
    if base_letters(typed) in _NO:
        return ""
    number = rules.vat_number(typed)
    if siret and rules.vat_refused(is_registered=True, number=number, siren=siret[:9]):
        reading.wrong("tva", "n’est pas le numéro de TVA de ce SIREN (ou « non »)")
    return number
