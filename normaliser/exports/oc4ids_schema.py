"""The check of an OC4IDS file against the standard's own schema, whose folder the user names.

The schema files are not bundled, and nothing is fetched: a reference to a file that is not there is an error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from normaliser.errors import ExportError
from normaliser.exports.oc4ids_file import Check

PACKAGE_SCHEMA = "project-package-schema.json"


def check_with(folder: Path) -> Check:
    """A check by the schema files in a folder; raises ExportError where there are none, or no validator."""
    try:
        import jsonschema
        from jsonschema import validators
        from referencing import Registry
        from referencing.exceptions import Unresolvable
        from referencing.jsonschema import DRAFT4, DRAFT202012, specification_with
    except ImportError:
        raise ExportError('jsonschema is not installed; run: pip install "bma-progress[oc4ids]"') from None
    schemas = _schemas(folder)
    main = next((schema for path, schema in schemas.items() if path.name == PACKAGE_SCHEMA), None)
    if main is None:
        raise ExportError(f"{folder} holds no {PACKAGE_SCHEMA}; name the folder of the OC4IDS schema files")
    registry: Any = Registry()
    for path, schema in schemas.items():
        kind = specification_with(schema["$schema"], default=DRAFT202012) if "$schema" in schema else DRAFT4
        resource = kind.create_resource(schema)
        for name in {schema.get("id"), schema.get("$id"), path.name} - {None}:
            registry = registry.with_resource(name, resource)
    validator_class = validators.validator_for(main, default=jsonschema.Draft4Validator)
    try:
        validator_class.check_schema(main)
    except jsonschema.SchemaError as error:
        raise ExportError(f"{PACKAGE_SCHEMA} is no JSON Schema: {error.message}") from None
    if not _speaks_of_projects(main):
        raise ExportError(f"{PACKAGE_SCHEMA} in {folder} says nothing of projects: it is not the OC4IDS one")
    validator = validator_class(main, registry=registry, format_checker=validator_class.FORMAT_CHECKER)

    def check(package: dict[str, Any]) -> None:
        try:
            fault = next(iter(validator.iter_errors(package)), None)
        except Unresolvable as error:
            raise ExportError(f"the schema in {folder} refers to {error.ref}, which is not there") from None
        if fault is not None:
            where = "/".join(map(str, fault.absolute_path)) or "its root"
            code = package["projects"][0]["id"]
            raise ExportError(f"project {code} does not fit the schema at {where}: {fault.message[:300]}")

    return check


def _speaks_of_projects(schema: dict[str, Any]) -> bool:
    """Whether a package schema asks anything of the projects in it; else every file would fit it."""
    properties = schema.get("properties")
    projects = properties.get("projects") if isinstance(properties, dict) else None
    return isinstance(projects, dict) and bool(projects.get("items"))


def _schemas(folder: Path) -> dict[Path, dict[str, Any]]:
    """The JSON files of a folder that hold an object."""
    try:
        found = {
            path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))
        }
    except (OSError, ValueError) as error:
        raise ExportError(f"the schema in {folder} cannot be read: {error}") from error
    return {path: schema for path, schema in found.items() if isinstance(schema, dict)}
