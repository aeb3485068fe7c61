"""Every setting of the product, read once from the environment, typed; an unsafe production set-up is refused."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

Environment = Literal["development", "production", "test"]

ROOT = Path(__file__).resolve().parent.parent


class UnsafeSetup(Exception):
    """The environment cannot be served from: the message lists each setting to give, in French."""


class Operator(msgspec.Struct, frozen=True):
    """Who publishes the site (legal notice: LCEN; terms § 2). Empty fields are shown as « à renseigner »."""

    name: str = "La Boîte Naturo"
    legal_form: str = "SARL"
    share_capital: str = "2 000 €"
    address: str = "196 rue Nicéphore Niepce, 83400 Hyères"
    registration: str = "RCS Toulon 900 457 466"
    company_email: str = "contact@la-boite-naturo.fr"
    report_email: str = "contact@monprodubienetre.fr"
    phone: str = ""
    publication_director: str = ""
    host_name: str = ""
    host_address: str = ""
    host_phone: str = ""
    mediator_name: str = ""
    mediator_address: str = ""
    mediator_website: str = ""


OPERATOR_LABELS = {
    "name": "dénomination de l’exploitant",
    "legal_form": "forme juridique de l’exploitant",
    "share_capital": "capital social de l’exploitant",
    "address": "adresse du siège",
    "registration": "immatriculation",
    "company_email": "courriel de la société",
    "report_email": "courriel des signalements",
    "phone": "téléphone de l’exploitant",
    "publication_director": "directeur ou directrice de la publication",
    "host_name": "nom de l’hébergeur",
    "host_address": "adresse de l’hébergeur",
    "host_phone": "téléphone de l’hébergeur",
    "mediator_name": "médiateur de la consommation",
    "mediator_address": "adresse du médiateur",
    "mediator_website": "site du médiateur",
}


class Settings(msgspec.Struct, frozen=True):
    """What the environment says. `database_url` and `meilisearch_url` left empty mean: start a local one.

    `secret_key` signs links and forms, `sealing_keys` cipher what is not readable at rest; left empty outside
    production, they are made once in the data folder. Without `smtp_host`, mails stay on this machine; without
    `s3_bucket`, so do files, in the data folder.
    """

    environment: Environment
    port: int
    host: str
    data_dir: Path
    public_url: str
    web_workers: int
    database_url: str | None
    database_pool_size: int
    meilisearch_url: str | None
    meilisearch_key: str | None
    index_prefix: str
    search_timeout_ms: int
    secret_key: str | None
    sealing_keys: str | None
    database_owner_url: str | None
    database_purge_url: str | None
    smtp_host: str | None
    smtp_port: int
    smtp_security: Literal["starttls", "tls", "none"]
    smtp_user: str | None
    smtp_password: str | None
    mail_from: str
    anchor_addresses: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    jupiterre_secret: str | None
    requests_per_minute: int
    s3_endpoint: str | None
    s3_bucket: str | None
    s3_access_key: str | None
    s3_secret_key: str | None
    s3_region: str
    operator: Operator

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def _empty_operator_fields(operator: Operator) -> list[str]:
    return [field for field in OPERATOR_LABELS if not getattr(operator, field).strip()]


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment when omitted).

    Raises `UnsafeSetup` when production lacks a setting that the law or safety demands.
    """
    env = os.environ if environ is None else environ
    environment = env.get("ENVIRONMENT", "development")
    if environment not in ("development", "production", "test"):
        raise UnsafeSetup("ENVIRONMENT doit valoir « development », « test » ou « production ».")
    data_dir = Path(env.get("DATA_DIR") or "var")
    port = _integer(env, "PORT", 8000, 1, 65_535)
    operator = Operator(
        **{
            field: env.get(f"OPERATOR_{field.upper()}", getattr(Operator(), field))
            for field in OPERATOR_LABELS
        }
    )
    security = env.get("SMTP_SECURITY") or "starttls"
    if security not in ("starttls", "tls", "none"):
        raise UnsafeSetup("SMTP_SECURITY doit valoir « starttls », « tls » ou « none ».")
    settings = Settings(
        environment=environment,  # type: ignore[arg-type]  # narrowed just above
        port=port,
        host=env.get("HOST", "127.0.0.1"),
        data_dir=data_dir if data_dir.is_absolute() else Path.cwd() / data_dir,
        public_url=(env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        web_workers=_integer(env, "WEB_WORKERS", 2, 1, 64),
        database_url=env.get("DATABASE_URL") or None,
        database_pool_size=_integer(env, "DATABASE_POOL_SIZE", 8, 2, 100),
        meilisearch_url=(env.get("MEILISEARCH_URL") or "").rstrip("/") or None,
        meilisearch_key=env.get("MEILISEARCH_KEY") or None,
        index_prefix=env.get("MEILISEARCH_INDEX_PREFIX", ""),
        search_timeout_ms=_integer(env, "SEARCH_TIMEOUT_MS", 800, 50, 10_000),
        secret_key=env.get("SECRET_KEY") or None,
        sealing_keys=env.get("SEALING_KEYS") or None,
        database_owner_url=env.get("DATABASE_OWNER_URL") or None,
        database_purge_url=env.get("DATABASE_PURGE_URL") or None,
        smtp_host=env.get("SMTP_HOST") or None,
        smtp_port=_integer(env, "SMTP_PORT", 587, 1, 65_535),
        smtp_security=security,  # type: ignore[arg-type]  # narrowed just above
        smtp_user=env.get("SMTP_USER") or None,
        smtp_password=env.get("SMTP_PASSWORD") or None,
        mail_from=env.get("MAIL_FROM") or operator.report_email,
        anchor_addresses=_listed(env.get("ANCHOR_ADDRESSES", "")),
        requests_per_minute=_integer(
            env, "REQUESTS_PER_MINUTE", 600 if environment == "production" else 0, 0, 1_000_000
        ),
        trusted_proxies=_networks(env, "TRUSTED_PROXIES"),
        jupiterre_secret=_secret(env, "JUPITERRE_SECRET"),
        s3_endpoint=(env.get("S3_ENDPOINT") or "").rstrip("/") or None,
        s3_bucket=env.get("S3_BUCKET") or None,
        s3_access_key=env.get("S3_ACCESS_KEY") or None,
        s3_secret_key=env.get("S3_SECRET_KEY") or None,
        s3_region=env.get("S3_REGION") or "us-east-1",
        operator=operator,
    )
    _refuse_half_a_bucket(settings)
    if settings.is_production:
        _refuse_unsafe(settings)
    return settings


def _listed(raw: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in raw.split(",") if part.strip())


def _secret(env: Mapping[str, str], name: str) -> str | None:
    raw = env.get(name) or None
    if raw is not None and len(raw) < 32:
        raise UnsafeSetup(f"{name} doit faire 32 caractères au moins.")
    return raw


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    listed = _listed(env.get(name, ""))
    for part in listed:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise UnsafeSetup(
                f"{name} doit lister des adresses ou des réseaux (reçu : {part!r})."
            ) from None
    return listed


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = env.get(name) or str(default)
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise UnsafeSetup(f"{name} doit être un nombre entre {low} et {high} (reçu : {raw!r}).")
    return int(raw)


def _refuse_half_a_bucket(settings: Settings) -> None:
    """Files in a bucket need all four settings: half of them would quietly fill the disk of this machine instead."""
    told = {
        "S3_ENDPOINT": settings.s3_endpoint,
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": settings.s3_access_key,
        "S3_SECRET_KEY": settings.s3_secret_key,
    }
    missing = [name for name, value in told.items() if value is None]
    if missing and len(missing) < len(told):
        raise UnsafeSetup(f"Stockage S3 incomplet : renseignez aussi {', '.join(missing)}.")


def _refuse_unsafe(settings: Settings) -> None:
    """Production needs real engines, an https address and the identity the law demands (LCEN, terms § 2)."""
    missing = []
    if not settings.database_url:
        missing.append("DATABASE_URL : l’adresse du serveur PostgreSQL")
    if not settings.meilisearch_url:
        missing.append("MEILISEARCH_URL : l’adresse du serveur Meilisearch")
    if not settings.meilisearch_key:
        missing.append("MEILISEARCH_KEY : la clé du serveur Meilisearch")
    if not settings.secret_key or len(settings.secret_key) < 32:
        missing.append(
            "SECRET_KEY : le secret des liens et des formulaires (32 caractères au moins)"
        )
    if not settings.sealing_keys:
        missing.append(
            "SEALING_KEYS : les clés de chiffrement (« nom:clé », la première sert à chiffrer)"
        )
    if not settings.smtp_host:
        missing.append("SMTP_HOST : le serveur d’envoi des courriels")
    if not settings.anchor_addresses:
        missing.append(
            "ANCHOR_ADDRESSES : où envoyer chaque nuit l’empreinte du registre de preuves"
        )
    if not settings.public_url.startswith("https://"):
        missing.append("PUBLIC_URL : l’adresse publique du site, en https://")
    missing += [
        f"OPERATOR_{field.upper()} : {OPERATOR_LABELS[field]}"
        for field in _empty_operator_fields(settings.operator)
    ]
    if missing:
        raise UnsafeSetup(
            "Réglages à renseigner avant l’ouverture :\n  - " + "\n  - ".join(missing)
        )


_settings: Settings | None = None


def current() -> Settings:
    """The settings of this process, read from the environment at first use."""
    global _settings
    if _settings is None:
        _settings = read()
    return _settings


def forget() -> None:
    """Read the environment again at the next use (tests change it)."""
    global _settings
    _settings = None
