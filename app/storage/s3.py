"""Files kept by a server that speaks S3; the only file that imports boto3.

Its client is safe between threads and each call is bounded in time. Files are ciphered before they come here: the
host of the bucket reads none of the supporting documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from app.config import Settings
from app.storage.folder import READ_BYTES
from app.storage.store import Away, Missing

CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 30, 3
AT_ONCE = 20


class Bucket:
    """The bucket of the settings, which exists already and lets nobody but this program read."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.s3_bucket
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=settings.s3_endpoint,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key,
            region_name=settings.s3_region,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                max_pool_connections=AT_ONCE,
                # Many compatible servers answer at host/bucket only, and do not know the newer checksums.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, place: str, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._client.put_object(Bucket=self._name, Key=place, Body=file)
        except (BotoCoreError, ClientError) as failure:
            raise Away from failure

    def read(self, place: str) -> Iterator[bytes]:
        try:
            body = self._client.get_object(Bucket=self._name, Key=place)["Body"]
            with body:
                yield from body.iter_chunks(READ_BYTES)
        except ClientError as failure:
            if failure.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise Missing(place) from None
            raise Away from failure
        except (BotoCoreError, HTTPError) as failure:
            raise Away from failure

    def drop(self, place: str) -> None:
        try:
            self._client.delete_object(Bucket=self._name, Key=place)
        except (BotoCoreError, ClientError) as failure:
            raise Away from failure
