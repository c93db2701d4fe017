"""config → reports → pipeline → cells → core, never backwards: imports, string foreign keys, related models."""

import ast
from functools import cache

import pytest
from django.apps import apps

from tests.repository import text_files

pytestmark = pytest.mark.xdist_group("architecture")  # the files are parsed once

RANK = {"core": 0, "cells": 1, "pipeline": 2, "reports": 3, "config": 4}
# The one table of rights lists the models of all floors by name; it looks none of them up.
NAMES_MODELS_AS_DATA = {"cells/roles.py"}


@cache
def modules() -> dict[str, ast.Module]:
    """File name → parsed source, for every Python file of the five floors."""
    return {
        name: ast.parse(text, filename=name)
        for name, text in text_files().items()
        if name.endswith(".py") and name.split("/")[0] in RANK
    }


def imported_names(tree: ast.Module) -> list[str]:
    """Absolute names of all imported modules, wherever in the file they stand."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def named_in_strings(tree: ast.Module) -> list[str]:
    """Apps named by a text such as "cells.Organization" or "reports.jobs.rebuild": foreign keys, lazy loading."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and all(part.isidentifier() for part in node.value.split("."))
        and "." in node.value
        and node.value.split(".")[0] in RANK
    ]


def above(name: str, module: str) -> bool:
    return RANK.get(name.split(".")[0], 0) > RANK[module.split("/")[0]]


def test_imports_never_point_upwards():
    found = {
        module: upwards
        for module, tree in modules().items()
        if (upwards := [name for name in imported_names(tree) if above(name, module)])
    }
    assert found == {}


def test_texts_never_name_a_model_or_function_of_a_floor_above():
    found = {
        module: upwards
        for module, tree in modules().items()
        if module not in NAMES_MODELS_AS_DATA
        if (upwards := [name for name in named_in_strings(tree) if above(name, module)])
    }
    assert found == {}


def test_models_never_point_to_a_model_of_a_floor_above():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in RANK
        if apps.is_installed(app)
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if RANK.get(field.related_model._meta.app_label, 0) > RANK[app]
    ]
    assert upwards == []


def test_relative_imports_stay_within_their_app():
    assert [
        f"{module}:{node.lineno}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level >= len(module.split("/"))
    ] == []


def test_views_have_one_door_to_data():
    """`Model.objects` in a view is followed at once by `visible_to`; nothing in a view writes rows."""
    doors, writes = [], []
    for module, tree in modules().items():
        if "views" not in module:
            continue
        allowed = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "visible_to"
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("objects", "_default_manager")
                and id(node) not in allowed
            ):
                doors.append(f"{module}:{node.lineno}")
            if isinstance(node, ast.Attribute) and node.attr in ("bulk_create", "bulk_update", "save", "delete"):
                writes.append(f"{module}:{node.lineno}")
    assert (doors, writes) == ([], [])


def test_no_file_has_outgrown_one_room():
    lengths = {name: text.count("\n") for name, text in text_files().items() if name.endswith(".py")}
    assert {name: n for name, n in lengths.items() if n > 450 and "/migrations/" not in name} == {}
