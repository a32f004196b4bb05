"""What the documents say of commands and options is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bma.cli import cli
from bma.fetch import fetch, run

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / name for name in ("README.md", "README.th.md", "CONTRIBUTING.md", "CHANGELOG.md")
] + sorted((ROOT / "docs").glob("*.md"))
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_COMMAND = re.compile(r"(?:^|[|$] *)bma ([a-z][a-z-]*)([^|\n]*)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def code_in(text: str) -> list[str]:
    return [block or span for block, span in _CODE.findall(text)]


def commands_in(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each command that a document names, with the options on its line."""
    return [
        (name, frozenset(_OPTION.findall(rest)))
        for code in code_in(text)
        for name, rest in _COMMAND.findall(code)
    ]


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


OF_OTHERS = {"--payload"}
"""Options of other programs that a document names alone."""

EVERY_OPTION = OF_OTHERS.union({"--help", "--version"}, *map(options_of, cli.commands.values()))


def named() -> set[tuple[str, str, frozenset[str]]]:
    return {
        (path.name, name, options)
        for path in DOCUMENTS
        for name, options in commands_in(path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(("document", "name", "options"), sorted(named(), key=str))
def test_every_command_that_a_document_names_has_these_options(
    document: str, name: str, options: frozenset[str]
) -> None:
    assert name in cli.commands, document
    assert options <= options_of(cli.commands[name]) | {"--help"}, document


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_of_ours_that_a_document_names_alone_is_one(path: Path) -> None:
    spans = [code for code in code_in(path.read_text(encoding="utf-8")) if code.startswith("--")]
    assert {option for code in spans for option in _OPTION.findall(code)} <= EVERY_OPTION


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name, _ in commands_in(readme)} >= cli.commands.keys() - {"sample"}
    assert "make sample" in readme


@pytest.mark.parametrize("command", [fetch, run], ids=["fetch", "run"])
def test_the_guide_to_fetching_explains_every_option(command: click.Command) -> None:
    guide = (ROOT / "docs" / "fetching.md").read_text(encoding="utf-8")
    explained = {option for code in code_in(guide) for option in _OPTION.findall(code)}
    assert explained >= options_of(command)


@pytest.mark.parametrize("command", [fetch, run], ids=["fetch", "run"])
def test_the_guide_names_the_defaults(command: click.Command) -> None:
    guide = (ROOT / "docs" / "fetching.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(--[a-z-]+)[^|]*\|[^|]*\| ([^|]*) \|$", guide, re.MULTILINE))
    told = {
        option: str(parameter.default).removesuffix(".0")
        for parameter in command.params
        for option in parameter.opts
        if isinstance(parameter, click.Option)
        and option in ("--interval", "--max-age", "--attempts", "--retry-wait", "--deadline")
    }
    assert len(told) == 5
    assert {option: rows[option].strip("`") for option in told} == told


def test_each_link_to_another_document_leads_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
