"""What the directory knows: themes, practices, places, the practitioner, the public profile and its services."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import (
    Array,
    BigInt,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Real,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.accounts.tables import Account

# ---- places of France (source: data/PROVENANCE.md) --------------------------------------------


class Region(Table, tablename="region"):
    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=80)
    slug = Varchar(length=80, unique=True)
    is_overseas = Boolean(default=False)


class Department(Table, tablename="department"):
    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=80)
    slug = Varchar(length=80, unique=True)
    region = ForeignKey(references=Region, null=False, on_delete=OnDelete.restrict, index=True)
    is_overseas = Boolean(default=False)


class Commune(Table, tablename="commune"):
    """A commune, or an arrondissement of Paris, Lyon or Marseille (then `city` is the commune's code)."""

    code = Varchar(length=5, primary_key=True, help_text="INSEE code")
    name = Varchar(length=80)
    slug = Varchar(length=90, unique=True)
    department = ForeignKey(
        references=Department, null=False, on_delete=OnDelete.restrict, index=True
    )
    region = ForeignKey(references=Region, null=False, on_delete=OnDelete.restrict, index=True)
    postal_codes = Array(base_column=Varchar(length=5))
    population = Integer(default=0)
    latitude = Real()
    longitude = Real()
    is_approximate = Boolean(default=False, help_text="coordinates taken from neighbours")
    city = Varchar(length=5, default="", help_text="INSEE code of the city, for an arrondissement")


# ---- what is practised ------------------------------------------------------------------------


class Theme(Table, tablename="theme"):
    """A need a visitor looks for (« Mieux dormir »); its keywords are attached by the platform."""

    id = Serial(primary_key=True)
    slug = Varchar(length=60, unique=True)
    label = Varchar(length=80)
    tagline = Varchar(length=160)
    keywords = Array(base_column=Varchar(length=80))
    position = SmallInt()
    is_active = Boolean(default=True)
    edited_at = Timestamptz(null=True, default=None, help_text="the operator chose its words")


class Practice(Table, tablename="practice"):
    """A discipline of the closed list (« Sophrologie »). `needs_vigilance`: named in public warnings."""

    id = Serial(primary_key=True)
    slug = Varchar(length=60, unique=True)
    label = Varchar(length=80)
    family = Varchar(length=80)
    definition = Text()
    synonyms = Array(base_column=Varchar(length=80))
    remote = Varchar(length=10, help_text="usual, possible or no")
    needs_vigilance = Boolean(default=False)
    price_low_cents = Integer()
    price_high_cents = Integer()
    position = SmallInt()
    is_active = Boolean(default=True)
    edited_at = Timestamptz(null=True, default=None, help_text="the operator chose its words")


class ThemeOfPractice(Table, tablename="theme_of_practice"):
    id = Serial(primary_key=True)
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.cascade)
    theme = ForeignKey(references=Theme, null=False, on_delete=OnDelete.cascade, index=True)
    theme_of_practice_once = Unique(columns=["practice", "theme"])


# ---- the practitioner and the public profile --------------------------------------------------


class ListingState(StrEnum):
    """Life cycle of a listing (terms § 3.1); only `listed` is public and bookable."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LISTED = "listed"
    SUSPENDED = "suspended"
    DELISTED = "delisted"
    REFUSED = "refused"


class Practitioner(Table, tablename="practitioner"):
    """Who is listed, under which name, in which standing.

    `sort_name`/`sort_tie` are the French alphabetical key (see `names.py`); `listing_ends_at` (UTC) is the
    moment a delisting takes effect, even while the state still says listed.
    """

    id = Serial(primary_key=True)
    account = ForeignKey(
        references=Account, null=True, default=None, unique=True, on_delete=OnDelete.restrict
    )
    slug = Varchar(length=120, unique=True)
    first_name = Varchar(length=80, default="")
    last_name = Varchar(length=80, default="")
    trade_name = Varchar(length=120, default="")
    is_structure = Boolean(default=False, help_text="listed under its trade name")
    sort_name = Varchar(length=260)
    sort_tie = Varchar(length=260)
    listing_state = Varchar(length=12, default=ListingState.DRAFT, choices=ListingState)
    listed_at = Timestamptz(null=True, default=None)
    listing_ends_at = Timestamptz(null=True, default=None)
    is_jupiterre_user = Boolean(default=False)
    jupiterre_changed_at = Timestamptz(null=True, default=None)
    jupiterre_changed_by = Varchar(length=120, default="")
    is_complete = Boolean(default=False, help_text="the 12 criteria are met")
    completeness_at = Timestamptz(null=True, default=None)
    was_complete = Boolean(
        null=True, default=None, help_text="before the changes its practitioner is not told of yet"
    )
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())
    # Addresses of the site that stand where a practitioner's would.
    practitioner_slug_free = Check("slug NOT IN ('suggestions', 'lieux')")
    practitioner_named = Check("is_structure OR (first_name <> '' AND last_name <> '')")
    practitioner_structure_named = Check("NOT is_structure OR trade_name <> ''")
    practitioner_jupiterre_told = Check(
        "NOT is_jupiterre_user OR (jupiterre_changed_at IS NOT NULL AND jupiterre_changed_by <> '')"
    )


class Profile(Table, tablename="profile"):
    """What the practitioner writes of themself, shown as written (terms § 3.1: not read beforehand)."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, unique=True
    )
    headline = Varchar(length=120, default="")
    presentation = Text(default="")
    revision = Integer(default=0, help_text="grows with each edit: two tabs never overwrite")
    portrait = Varchar(
        length=80, default="", help_text="'', 'drawn:<seed>' or 'file:<id of the stored file>'"
    )
    audience = Array(base_column=Varchar(length=20), help_text="see vocabulary.AUDIENCE")
    access = Varchar(length=16, default="", help_text="see vocabulary.ACCESS; '' = unanswered")
    languages = Array(base_column=Varchar(length=30))
    cancellation_terms = Text(default="")
    payment_methods = Array(base_column=Varchar(length=20), help_text="see vocabulary.PAYMENT")
    remote_link_sealed = Bytea(
        null=True, default=None, help_text="for clients with an appointment alone, never public"
    )


class PracticeOffered(Table, tablename="practice_offered"):
    id = Serial(primary_key=True)
    practitioner = ForeignKey(references=Practitioner, null=False, on_delete=OnDelete.cascade)
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.restrict, index=True)
    position = SmallInt(default=0)
    practice_offered_once = Unique(columns=["practitioner", "practice"])


class ThemeChosen(Table, tablename="theme_chosen"):
    """At most eight a practitioner (terms § 3.2: themes help to be found, not to be everywhere)."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(references=Practitioner, null=False, on_delete=OnDelete.cascade)
    theme = ForeignKey(references=Theme, null=False, on_delete=OnDelete.restrict, index=True)
    position = SmallInt(default=0)
    theme_chosen_once = Unique(columns=["practitioner", "theme"])


class PlaceKind(StrEnum):
    PRACTICE = "practice"
    HOME_AREA = "home_area"


class PracticePlace(Table, tablename="practice_place"):
    """A practice address, or the area served at people's homes (`radius_km` around the commune)."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    kind = Varchar(length=12, default=PlaceKind.PRACTICE, choices=PlaceKind)
    label = Varchar(length=80, default="")
    street = Varchar(length=160, default="")
    postal_code = Varchar(length=5, default="")
    commune = ForeignKey(references=Commune, null=False, on_delete=OnDelete.restrict, index=True)
    radius_km = SmallInt(default=0, help_text="home_area only")
    access_notes = Text(default="", help_text="transport, parking, floor: public")
    position = SmallInt(default=0)
    practice_place_area_has_radius = Check("(kind = 'home_area') = (radius_km > 0)")


class ServiceMode(StrEnum):
    """Where a séance takes place. Group sessions are not offered."""

    PRACTICE = "practice"
    REMOTE = "remote"
    HOME = "home"
    PHONE = "phone"
    COMPANY = "company"


class PaymentRule(StrEnum):
    NONE = "none"
    DEPOSIT = "deposit"
    FULL = "full"


class Service(Table, tablename="service"):
    """A prestation: what it is, how long (minutes), how much (euro cents, taxes included), where."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    practice = ForeignKey(references=Practice, null=False, on_delete=OnDelete.restrict)
    label = Varchar(length=120)
    description = Text(default="")
    duration_minutes = SmallInt()
    price_cents = Integer()
    modes = Array(base_column=Varchar(length=10))
    payment_rule = Varchar(length=8, default=PaymentRule.NONE, choices=PaymentRule)
    deposit_cents = Integer(default=0)
    is_active = Boolean(default=True)
    position = SmallInt(default=0)
    service_duration_in_bounds = Check(
        "duration_minutes BETWEEN 10 AND 480 AND duration_minutes % 5 = 0"
    )
    service_price_in_bounds = Check("price_cents BETWEEN 0 AND 200000")
    service_deposit_fits = Check(
        "(payment_rule = 'deposit') = (deposit_cents > 0)"
        " AND (deposit_cents = 0 OR deposit_cents < price_cents)"
    )
    service_somewhere = Check("cardinality(modes) > 0")


class TrainingShown(Table, tablename="training_shown"):
    """A line of training shown on the profile, as declared."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    title = Varchar(length=160)
    body = Varchar(length=160)
    year = SmallInt()
    position = SmallInt(default=0)


class Removal(Table, tablename="removal"):
    """A line a practitioner took off their profile, kept whole (JSON) for the time of putting it back."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(
        references=Practitioner, null=False, on_delete=OnDelete.cascade, index=True
    )
    kind = Varchar(length=20, help_text="the table it was in")
    line = Integer(help_text="its id there")
    content = Text()
    removed_at = Timestamptz(index=True)
    removal_once = Unique(columns=["kind", "line"])


class ProfileCriterion(Table, tablename="profile_criterion"):
    """One of the twelve criteria of a complete profile; the room that owns the fact writes its line."""

    id = Serial(primary_key=True)
    practitioner = ForeignKey(references=Practitioner, null=False, on_delete=OnDelete.cascade)
    criterion = Varchar(length=20)
    is_met = Boolean()
    missing = Varchar(length=200, default="", help_text="French, shown to the practitioner")
    profile_criterion_once = Unique(columns=["practitioner", "criterion"])


# ---- users of the operator's software ---------------------------------------------------------


class CustomerDoubt(Table, tablename="customer_doubt"):
    """A line of the operator's list that may be several practitioners: who it is, once an administrator said so.

    Settled without a `practitioner`: none of them. The answer holds for the lists to come.
    """

    id = Serial(primary_key=True)
    siret = Varchar(length=14, default="")
    email = Varchar(length=254, default="")
    received_at = Timestamptz(default=TimestamptzNow())
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(
        references=Account, null=True, default=None, on_delete=OnDelete.restrict
    )
    practitioner = ForeignKey(
        references=Practitioner, null=True, default=None, on_delete=OnDelete.cascade
    )
    customer_doubt_once = Unique(columns=["siret", "email"])
    customer_doubt_settled_by_somebody = Check("(settled_at IS NULL) = (settled_by IS NULL)")


class JupiterreCall(Table, tablename="jupiterre_call"):
    """A signed call received lately: the same one is not taken twice."""

    signature = Bytea(primary_key=True, default=None, null=False)
    received_at = Timestamptz(default=TimestamptzNow())


# ---- what changed, for those who keep a copy --------------------------------------------------


class DirectoryVersion(Table, tablename="directory_version"):
    """One row: the number of the last change. Its lock makes changes commit in order."""

    id = SmallInt(primary_key=True)
    version = BigInt(default=0)
    directory_version_single = Check("id = 1")


class DirectoryChange(Table, tablename="directory_change"):
    """What each version touched; `practitioner` is null when everything may have changed."""

    version = BigInt(primary_key=True)
    practitioner = Integer(null=True, default=None)
    changed_at = Timestamptz(default=TimestamptzNow())
