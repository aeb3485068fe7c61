"""What the terms of service ask: every requirement held is named by a test, and no test names one that is not."""

from __future__ import annotations

import ast
import re
from functools import cache

from app import config

WRITTEN = config.ROOT / "tests/house/requirements.txt"
ID = re.compile(r"\bEX-\d+(?:\.\d+)?-\d+\b")


@cache
def known() -> dict[str, bool]:
    """Every requirement, and whether it is held."""
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {found[0]: found[1:] == ["livrée"] for found in words}


@cache
def naming() -> dict[str, list[str]]:
    """For each requirement named in the docstring of a test: the tests that name it."""
    found: dict[str, list[str]] = {}
    for path in sorted((config.ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("test_"):
                for requirement in ID.findall(ast.get_docstring(node) or ""):
                    found.setdefault(requirement, []).append(f"{path.name}::{node.name}")
    return found


def test_every_requirement_held_is_named_by_a_test() -> None:
    held = [requirement for requirement, is_held in known().items() if is_held]
    assert len(held) >= 22
    assert [requirement for requirement in held if requirement not in naming()] == []


def test_no_test_names_a_requirement_that_does_not_exist() -> None:
    assert {name: tests for name, tests in naming().items() if name not in known()} == {}


def test_code_and_templates_name_only_requirements_that_exist() -> None:
    for folder in ("app", "templates", "docs", "tests", "benchmarks"):
        for path in (config.ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".html", ".md"):
                named = set(ID.findall(path.read_text(encoding="utf-8")))
                assert named <= known().keys(), (path.name, named - known().keys())


def test_the_list_of_requirements_is_written_once_each() -> None:
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    ids = [line.split()[0] for line in lines if line.startswith("EX-")]
    assert len(ids) == len(set(ids))
    assert all(ID.fullmatch(requirement) for requirement in ids)
