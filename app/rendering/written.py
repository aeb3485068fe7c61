"""Texts kept as Markdown files with blanks to fill: what is filled in can never become markup."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

MISSING = "*à renseigner*"
"""Stands where nothing was given: an absent piece of identity is said, never passed over (terms § 2)."""


class Markdown(str):
    """A value that is Markdown already."""

    __slots__ = ()


def escaped(value: object) -> str:
    """`value` as plain words in Markdown; `MISSING` when it is empty."""
    if isinstance(value, Markdown):
        return value
    words = " ".join(str(value).split())
    if not words:
        return MISSING
    return re.sub(r"([\\`*<>\[\]|&]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", words)


def mail(address: str) -> Markdown:
    """A link to write to `address`."""
    return Markdown(f"[{escaped(address)}](<mailto:{_address(address)}>)" if address else MISSING)


def site(address: str) -> Markdown:
    """A link to `address`."""
    return Markdown(f"[{escaped(address)}](<{_address(address)}>)" if address else MISSING)


def _address(address: str) -> str:
    return re.sub(r"[\s<>\\]", "", address)


def written(folder: Path, name: str, **values: Any) -> str:
    """The text `name` of `folder`, filled in with `values`. An unknown blank fails."""
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `escaped` is applied to every blank
        undefined=StrictUndefined,
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        comment_start_string="<!--",  # « {#… » begins the anchor of a title
        comment_end_string="-->",
    )
    env.filters.update(mail=mail, site=site)
    return env.get_template(name).render(values)
