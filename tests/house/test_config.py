"""The settings: read once, typed, and an unsafe production set-up is refused with what is missing, in French."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from app import config
from app.config import OPERATOR_LABELS, Operator, UnsafeSetup

COMPLETE = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://site@base.example/site",
    "MEILISEARCH_URL": "http://recherche.example:7700",
    "MEILISEARCH_KEY": "clef",
    "PUBLIC_URL": "https://www.monprodubienetre.example",
    "SECRET_KEY": "un secret d’au moins trente-deux caractères",
    "SEALING_KEYS": "a:clef",
    "SMTP_HOST": "courriel.example",
    "ANCHOR_ADDRESSES": "preuves@exemple.example",
    **{f"OPERATOR_{name.upper()}": f"valeur {name}" for name in OPERATOR_LABELS},
}


BUCKET = {
    "S3_ENDPOINT": "https://objets.example",
    "S3_BUCKET": "documents",
    "S3_ACCESS_KEY": "acces",
    "S3_SECRET_KEY": "clef",
}


def refusal(environ: Mapping[str, str]) -> str:
    with pytest.raises(UnsafeSetup) as refused:
        config.read(environ)
    return str(refused.value)


def test_without_anything_it_is_a_development_machine() -> None:
    settings = config.read({})
    assert settings.environment == "development"
    assert not settings.is_production
    assert (settings.host, settings.port, settings.web_workers) == ("127.0.0.1", 8000, 2)
    assert settings.data_dir == Path.cwd() / "var"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url is settings.meilisearch_url is settings.meilisearch_key is None


def test_every_variable_of_the_issue_is_honoured(tmp_path: Path) -> None:
    settings = config.read(
        {
            "PORT": "8123",
            "HOST": "0.0.0.0",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgresql://x/y",
            "MEILISEARCH_URL": "http://z:7700/",
            "MEILISEARCH_KEY": "clef",
            "MEILISEARCH_INDEX_PREFIX": "essai_",
            "WEB_WORKERS": "4",
            "DATABASE_POOL_SIZE": "12",
            "SEARCH_TIMEOUT_MS": "500",
        }
    )
    assert (settings.port, settings.host, settings.data_dir) == (8123, "0.0.0.0", tmp_path)
    assert settings.public_url == "http://127.0.0.1:8123"
    assert settings.database_url == "postgresql://x/y"
    assert (settings.meilisearch_url, settings.meilisearch_key) == ("http://z:7700", "clef")
    assert settings.index_prefix == "essai_"
    assert settings.web_workers == 4
    assert (settings.database_pool_size, settings.search_timeout_ms) == (12, 500)


def test_a_relative_data_folder_is_that_of_the_current_folder() -> None:
    assert config.read({"DATA_DIR": "ailleurs"}).data_dir == Path.cwd() / "ailleurs"


def test_an_empty_variable_is_as_good_as_none() -> None:
    empty = {
        "PORT": "",
        "DATA_DIR": "",
        "DATABASE_URL": "",
        "MEILISEARCH_URL": "",
        "PUBLIC_URL": "",
    }
    assert config.read(empty) == config.read({})


@pytest.mark.parametrize("slashes", ["", "/", "///"])
def test_the_public_address_ends_without_a_slash(slashes: str) -> None:
    assert (
        config.read({"PUBLIC_URL": f"https://x.example{slashes}"}).public_url == "https://x.example"
    )


def test_files_stay_in_the_data_folder_until_a_bucket_is_named() -> None:
    assert config.read({}).s3_bucket is None
    settings = config.read(BUCKET | {"S3_ENDPOINT": "https://objets.example/"})
    assert (settings.s3_endpoint, settings.s3_bucket) == ("https://objets.example", "documents")
    assert (settings.s3_access_key, settings.s3_secret_key) == ("acces", "clef")
    assert settings.s3_region == "us-east-1"
    assert config.read(BUCKET | {"S3_REGION": "fr-par"}).s3_region == "fr-par"


# ---- refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(BUCKET))
def test_half_a_bucket_is_refused_by_what_is_missing(name: str) -> None:
    said = refusal(BUCKET | {name: ""})
    assert said == f"Stockage S3 incomplet : renseignez aussi {name}."


@pytest.mark.parametrize("name", ["prod", "Production", "staging", " "])
def test_an_unknown_environment_is_refused(name: str) -> None:
    said = refusal({"ENVIRONMENT": name})
    assert said == "ENVIRONMENT doit valoir « development », « test » ou « production »."


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("PORT", 1, 65_535),
        ("WEB_WORKERS", 1, 64),
        ("DATABASE_POOL_SIZE", 2, 100),
        ("SEARCH_TIMEOUT_MS", 50, 10_000),
    ],
)
def test_a_number_is_a_number_within_its_bounds(name: str, low: int, high: int) -> None:
    for good in (low, high):
        assert str(good) in str(msgspec.structs.asdict(config.read({name: str(good)})))
    for wrong in ("abc", "-1", "1.5", " 8", "0x10", str(low - 1), str(high + 1), "9" * 30):
        said = refusal({name: wrong})
        assert said.startswith(f"{name} doit être un nombre entre {low} et {high}")
        assert repr(wrong) in said


def test_a_digit_of_another_alphabet_is_not_a_number_of_ours() -> None:
    for wrong in ("²", "①"):
        assert refusal({"PORT": wrong}).startswith("PORT doit être un nombre")


def test_production_opens_when_everything_is_told() -> None:
    settings = config.read(COMPLETE)
    assert settings.is_production
    assert settings.operator.phone == "valeur phone"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("DATABASE_URL", "l’adresse du serveur PostgreSQL"),
        ("MEILISEARCH_URL", "l’adresse du serveur Meilisearch"),
        ("MEILISEARCH_KEY", "la clé du serveur Meilisearch"),
        ("PUBLIC_URL", "l’adresse publique du site, en https://"),
        *((f"OPERATOR_{field.upper()}", label) for field, label in OPERATOR_LABELS.items()),
    ],
)
def test_production_refuses_each_missing_setting_by_its_name(name: str, label: str) -> None:
    """EX-2-1: the check fails when one field of the legal notice is empty."""
    said = refusal(COMPLETE | {name: ""})
    assert said == f"Réglages à renseigner avant l’ouverture :\n  - {name} : {label}"


@pytest.mark.parametrize("field", list(OPERATOR_LABELS))
def test_a_blank_is_not_an_answer_in_the_legal_notice(field: str) -> None:
    """EX-2-1."""
    assert OPERATOR_LABELS[field] in refusal(COMPLETE | {f"OPERATOR_{field.upper()}": " \u00a0 "})


@pytest.mark.parametrize("address", ["http://x.example", "x.example", "ftp://x.example"])
def test_production_wants_https(address: str) -> None:
    assert "PUBLIC_URL" in refusal(COMPLETE | {"PUBLIC_URL": address})


def test_production_says_everything_that_is_missing_at_once() -> None:
    """EX-2-1."""
    said = refusal({"ENVIRONMENT": "production"})
    for name in ("DATABASE_URL", "MEILISEARCH_URL", "MEILISEARCH_KEY", "PUBLIC_URL"):
        assert f"  - {name} : " in said
    for field, label in OPERATOR_LABELS.items():
        missing = f"  - OPERATOR_{field.upper()} : {label}" in said
        assert missing is (getattr(Operator(), field) == "")


def test_every_field_of_the_operator_has_a_french_name() -> None:
    assert set(OPERATOR_LABELS) == set(Operator.__struct_fields__)


def test_development_and_tests_do_not_ask_for_the_legal_notice() -> None:
    for environment in ("development", "test"):
        assert config.read({"ENVIRONMENT": environment}).operator.phone == ""


def test_the_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = config.current()
    monkeypatch.setattr(config, "_settings", None)
    monkeypatch.setenv("SEARCH_TIMEOUT_MS", "777")
    first = config.current()
    monkeypatch.setenv("SEARCH_TIMEOUT_MS", "778")
    assert config.current() is first
    assert first.search_timeout_ms == 777
    config.forget()
    assert config.current().search_timeout_ms == 778
    monkeypatch.setattr(config, "_settings", kept)
