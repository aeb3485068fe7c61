"""The operator's list of Jupi'terre customers: who of the directory is on it, by SIRET and e-mail (decision 14).

A list replaces the one before: whoever is on it is marked, whoever is not is unmarked. A line that may be several
people, or whose SIRET and e-mail lead to different ones, changes nothing for any of them: an administrator says who it
is, once, and the answer holds for the lists to come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from app.database import connection
from app.directory import jupiterre, spreadsheets
from app.directory.jupiterre import Author
from app.directory.names import name_in
from app.directory.ownership import HAS_LEFT
from app.directory.spreadsheets import Fault, NotAList
from app.errors import NotFound, Refused
from app.listing import rules

COLUMNS = ("siret", "email")


class ListChanged(Refused):
    message = "L’annuaire a changé depuis l’aperçu : relisez ce qui va changer."


class NobodyListed(NotAList):
    message = "Cette liste est vide : elle retirerait tout le monde."


class NotACandidate(Refused):
    message = "Choisissez parmi les praticiens proposés."


class Customer(msgspec.Struct, frozen=True):
    """A line of the list: at least one of the two, in their kept form."""

    siret: str = ""
    email: str = ""

    def __str__(self) -> str:
        return " · ".join(part for part in (self.siret, self.email) if part)


class Concerned(msgspec.Struct, frozen=True):
    """A practitioner whom the list is about."""

    id: int
    name: str
    siret: str
    emails: tuple[str, ...]
    is_user: bool


class Doubt(msgspec.Struct, frozen=True):
    """A line that does not say who it is."""

    customer: Customer
    candidates: list[Concerned]


class Preview(msgspec.Struct, frozen=True):
    """What a list would change. `mark` is the same as long as nothing moved."""

    marked: list[Concerned]
    unmarked: list[Concerned]
    kept: int
    doubts: list[Doubt]
    unknown: list[Customer]
    faults: list[Fault]
    encoding: str = ""

    @property
    def mark(self) -> str:
        ids = [[one.id for one in group] for group in (self.marked, self.unmarked)]
        doubts = [str(doubt.customer) for doubt in self.doubts]
        return hashlib.sha256(msgspec.json.encode([ids, doubts])).hexdigest()[:24]


class CustomerList(msgspec.Struct, frozen=True):
    customers: list[Customer]
    faults: list[Fault]
    encoding: str = ""

    @property
    def text(self) -> str:
        """The same list as CSV, which a form can carry from the preview on."""
        return "siret;email\n" + "".join(f"{one.siret};{one.email}\n" for one in self.customers)


def read(raw: bytes) -> CustomerList:
    """The list from a CSV with a column `siret`, a column `email` or both; others are left. Raises `NotAList`."""
    sheet = spreadsheets.read(raw, needed=(), known=COLUMNS, is_closed=False)
    if not any(set(COLUMNS) & row.values.keys() for row in sheet.rows) and not sheet.faults:
        raise NotAList("La première ligne doit nommer une colonne « siret » ou « email ».")
    found = listed((row.line, row["siret"], row["email"]) for row in sheet.rows)
    return CustomerList(found.customers, sorted([*sheet.faults, *found.faults]), sheet.encoding)


def listed(lines: Iterable[tuple[int, str, str]]) -> CustomerList:
    """The customers of (line, SIRET, e-mail) as typed, each once; what is neither is a fault."""
    customers: dict[Customer, None] = {}
    faults: list[Fault] = []
    for line, siret, email in lines:
        number, address = rules.digits(siret), rules.email(email) if email.strip() else ""
        wrong = []
        if siret.strip() and not rules.is_siret(number):
            wrong.append(Fault(line, "siret", "n’est pas un SIRET (14 chiffres, clé juste)"))
        if address is None:
            wrong.append(Fault(line, "email", "n’est pas une adresse e-mail"))
        if not siret.strip() and not email.strip():
            wrong.append(Fault(line, "", "ni SIRET ni adresse e-mail"))
        faults += wrong
        if not wrong:
            customers[Customer(number, address or "")] = None
    return CustomerList(list(customers), faults)


_KNOWN = f"""
SELECT p.id, p.first_name, p.last_name, p.trade_name, p.is_structure, p.is_jupiterre_user AS is_user,
  coalesce(l.siret, '') AS siret, coalesce(lower(l.email), '') AS shown_email,
  coalesce(lower(a.email), '') AS own_email
FROM practitioner p LEFT JOIN legal_identity l ON l.practitioner = p.id LEFT JOIN account a ON a.id = p.account
WHERE NOT {HAS_LEFT} AND (
  l.siret = ANY($1::text[]) OR lower(l.email) = ANY($2::text[]) OR lower(a.email) = ANY($2::text[])
  OR p.is_jupiterre_user OR p.id = ANY($3::int[]))
ORDER BY p.id
"""  # noqa: S608 - the condition of the directory


async def preview(given: CustomerList) -> Preview:
    """What taking the list would change. Raises `NobodyListed` for one without a single good line."""
    if not given.customers:
        raise NobodyListed
    settled = await _settled()
    known = await _known(given.customers, [one for one in settled.values() if one is not None])
    by_siret, by_email = _indexes(known.values())
    matched: set[int] = set()
    held: set[int] = set()
    doubts, unknown = [], []
    for customer in given.customers:
        if customer in settled:
            matched |= {one for one in (settled[customer],) if one is not None}
            continue
        sure, candidates = _who(customer, by_siret, by_email)
        if sure is not None:
            matched.add(sure)
        elif candidates:
            held |= candidates
            doubts.append(Doubt(customer, [known[one] for one in sorted(candidates)]))
        else:
            unknown.append(customer)
    users = {one.id for one in known.values() if one.is_user}
    return Preview(
        marked=[known[one] for one in sorted(matched - users)],
        unmarked=[known[one] for one in sorted(users - matched - held)],
        kept=len(users & (matched | held)),
        doubts=doubts,
        unknown=unknown,
        faults=given.faults,
        encoding=given.encoding,
    )


def _who(
    customer: Customer, by_siret: dict[str, set[int]], by_email: dict[str, set[int]]
) -> tuple[int | None, set[int]]:
    """Who it is for sure, or who it may be. Both keys given, they must lead to one same practitioner."""
    of_siret = by_siret.get(customer.siret, set()) if customer.siret else None
    of_email = by_email.get(customer.email, set()) if customer.email else None
    if of_siret is None or of_email is None:
        found = of_siret or of_email or set()
        return (next(iter(found)), set()) if len(found) == 1 else (None, found)
    both = of_siret & of_email
    if len(both) == 1:
        return next(iter(both)), set()
    return None, both or of_siret | of_email


def _indexes(known: Iterable[Concerned]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    by_siret: dict[str, set[int]] = {}
    by_email: dict[str, set[int]] = {}
    for one in known:
        if one.siret:
            by_siret.setdefault(one.siret, set()).add(one.id)
        for email in one.emails:
            by_email.setdefault(email, set()).add(one.id)
    return by_siret, by_email


async def replace(
    given: CustomerList, *, by: Author, mark: str | None = None, now: datetime
) -> Preview:
    """Take the list: mark, unmark, and keep the lines in doubt for an administrator; answers what was done.

    `mark`: of the preview that somebody read; raises `ListChanged` when it would do something else by now. None: the
    operator's software, which has read none. Raises `NobodyListed`.
    """
    async with connection.transaction():
        # One list at a time: of two, the second sees what the first one did.
        await connection.execute("SELECT pg_advisory_xact_lock(7301041)")
        seen = await preview(given)
        if mark is not None and seen.mark != mark:
            raise ListChanged
        await jupiterre.change_each([one.id for one in seen.marked], is_user=True, by=by, now=now)
        await jupiterre.change_each(
            [one.id for one in seen.unmarked], is_user=False, by=by, now=now
        )
        # What the list no longer says is no question any more.
        await connection.execute("DELETE FROM customer_doubt WHERE settled_at IS NULL")
        await connection.execute(
            "INSERT INTO customer_doubt (siret, email, received_at)"
            " SELECT siret, email, $3 FROM unnest($1::text[], $2::text[]) AS line (siret, email)",
            [doubt.customer.siret for doubt in seen.doubts],
            [doubt.customer.email for doubt in seen.doubts],
            now,
        )
        return seen


async def doubts() -> list[Doubt]:
    """The lines that wait for an administrator."""
    found = await connection.rows(
        "SELECT siret, email FROM customer_doubt WHERE settled_at IS NULL ORDER BY id"
    )
    customers = [Customer(row["siret"], row["email"]) for row in found]
    known = await _known(customers, [])
    by_siret, by_email = _indexes(known.values())
    return [
        Doubt(
            one,
            [
                known[i]
                for i in sorted(by_siret.get(one.siret, set()) | by_email.get(one.email, set()))
            ],
        )
        for one in customers
    ]


async def settle(
    customer: Customer, practitioner: int | None, *, by: Author, now: datetime
) -> None:
    """Say who a line in doubt is, or that it is none of them (None). Raises `NotFound`, `NotACandidate`."""
    if by.account is None:
        raise ValueError("a doubt is settled by a person")
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(7301041)")
        waiting = {doubt.customer: doubt for doubt in await doubts()}
        if customer not in waiting:
            raise NotFound
        candidates = {one.id for one in waiting[customer].candidates}
        if practitioner is not None:
            if practitioner not in candidates:
                raise NotACandidate
            await jupiterre.change(practitioner, is_user=True, by=by, now=now)
        await connection.execute(
            "UPDATE customer_doubt SET settled_at = $3, settled_by = $4, practitioner = $5"
            " WHERE siret = $1 AND email = $2",
            customer.siret,
            customer.email,
            now,
            by.account,
            practitioner,
        )


async def _settled() -> dict[Customer, int | None]:
    found = await connection.rows(
        "SELECT siret, email, practitioner FROM customer_doubt WHERE settled_at IS NOT NULL"
    )
    return {Customer(row["siret"], row["email"]): row["practitioner"] for row in found}


async def _known(customers: list[Customer], also: list[int]) -> dict[int, Concerned]:
    rows = await connection.rows(
        _KNOWN,
        sorted({one.siret for one in customers if one.siret}),
        sorted({one.email for one in customers if one.email}),
        also,
    )
    return {
        row["id"]: Concerned(
            id=row["id"],
            name=name_in(row),
            siret=row["siret"],
            emails=tuple({row["shown_email"], row["own_email"]} - {""}),
            is_user=row["is_user"],
        )
        for row in rows
    }
