"""The papers say what the code does: settings, commands, rooms, words, and links that lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app import cli, config
from app.config import OPERATOR_LABELS, Operator

DOCS = config.ROOT / "docs"
PAPERS = sorted([config.ROOT / "README.md", config.ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


def text(name: str) -> str:
    return (config.ROOT / name).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    """Every name the program reads in its environment, but the operator's, which are a list of their own."""
    code = "".join(path.read_text(encoding="utf-8") for path in (config.ROOT / "app").rglob("*.py"))
    found = re.findall(r"""env(?:iron)?\.get\(\s*"([A-Z_]+)\"""", code)
    found += re.findall(r"""_integer\(env, "([A-Z_]+)\"""", code)
    return set(found) - {"PATH", "PYTHONPATH", "HOME", "TMPDIR"}


def commands() -> set[str]:
    actions = cli.parser()._actions
    return {
        name for action in actions if isinstance(action.choices, dict) for name in action.choices
    }


def test_every_setting_is_explained() -> None:
    operations = text("docs/operations.md")
    assert {"ENVIRONMENT", "PORT", "DATABASE_URL", "MEILISEARCH_KEY"} <= settings_read()
    assert [name for name in sorted(settings_read()) if f"`{name}`" not in operations] == []


def test_every_setting_one_must_fill_in_is_named() -> None:
    """EX-2-1: production asks for them; the operator must find them written somewhere."""
    operations = text("docs/operations.md")
    empty = [
        f"OPERATOR_{name.upper()}" for name in OPERATOR_LABELS if not getattr(Operator(), name)
    ]
    assert [name for name in empty if f"`{name}`" not in operations] == []


def test_every_command_is_explained_and_every_command_written_exists() -> None:
    operations = text("docs/operations.md")
    listed = operations.split("## Commands")[1].split("##")[0]
    written = {name.split(" ")[0] for name in re.findall(r"`([a-z][^`]*)`", listed)}
    assert written - {"python"} == commands()
    for line in text("Procfile").splitlines():
        words = shlex.split(line.partition(":")[2])
        assert words[:3] == ["python", "-m", "app.cli"]
        assert words[3] in commands()


def test_every_room_is_on_the_map() -> None:
    architecture = text("docs/architecture.md")
    rooms = [path for path in (config.ROOT / "app").iterdir() if not path.name.startswith("__")]
    for path in rooms:
        name = f"{path.name}/" if path.is_dir() else path.name
        assert re.search(rf"^  {re.escape(name)} ", architecture, re.MULTILINE), name


def test_the_floors_drawn_are_those_that_are_checked() -> None:
    drawn = re.search(r"## Floors.*?```\n(.*?)```", text("docs/architecture.md"), re.DOTALL)
    assert drawn
    checked = re.search(r"layers = \[(.*?)\]", text("pyproject.toml"), re.DOTALL)
    assert checked
    layers = [re.sub(r"[()]", "", layer) for layer in re.findall(r'"([^"]+)"', checked[1])]
    shown = [line.strip() for line in drawn[1].splitlines() if line.strip()]
    assert [sorted(line.split(" | ")) for line in shown] == [
        sorted(layer.split(" | ")) for layer in layers
    ]


def test_the_readme_gives_the_two_commands_and_a_picture() -> None:
    readme = text("README.md")
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    written = set(re.findall(r"make ([a-z-]+)", readme))
    assert {"run", "test"} <= written <= targets
    assert re.search(r"!\[[^\]]+\]\(docs/[^)]+\.png\)", readme)


def test_the_journal_is_kept_for_people() -> None:
    journal = text("CHANGELOG.md")
    assert journal.startswith("# Journal des changements")
    assert "## À venir" in journal
    titles = set(re.findall(r"^### (.+)$", journal, re.MULTILINE))
    assert titles <= {"Ajouté", "Modifié", "Corrigé", "Retiré"}


def test_every_decision_is_in_the_list() -> None:
    listed = text("docs/decisions/README.md")
    for path in (DOCS / "decisions").glob("[0-9]*.md"):
        assert f"({path.name})" in listed, path.name


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_a_link_of_a_paper_leads_to_a_file(paper: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (paper.parent / target).exists(), target


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_a_file_named_in_a_paper_exists(paper: Path) -> None:
    for name in re.findall(r"`((?:app|tests|docs|static)/[\w./-]+)`", paper.read_text("utf-8")):
        assert (config.ROOT / name).exists(), name
