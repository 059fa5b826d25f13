"""The house holds together: layers, foreign keys, privacy classes, names."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from trust.privacy import Privacy

LAYERS = ["trust", "partnerships", "members", "mailings", "pods", "meetings", "newsletters", "steering", "demo"]
OURS = [model for model in apps.get_models() if model._meta.app_label in LAYERS]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_foreign_keys_point_down_only(model):
    """import-linter does not see a foreign key given as a string."""
    floor = LAYERS.index(model._meta.app_label)
    for field in model._meta.get_fields():
        if not (field.is_relation and field.concrete and field.related_model):
            continue
        target = field.related_model._meta
        allowed = (
            target.app_label not in LAYERS
            or LAYERS.index(target.app_label) <= floor
            or target.label == settings.AUTH_USER_MODEL
            or (model.__name__ == "Entry" and field.name == "partnership")
        )
        assert allowed, f"{model.__name__}.{field.name} points up at {target.label}"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_says_how_it_is_exported_erased_or_kept(model):
    assert isinstance(getattr(model, "privacy", None), Privacy), f"{model.__name__} declares no privacy"
    silent = [
        field.name
        for field in [*model._meta.fields, *model._meta.local_many_to_many]
        if model.privacy.class_of(field.name) is None
    ]
    assert silent == [], f"{model.__name__}: these fields declare no class, or two"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_row_has_words_for_itself(model):
    assert model.__str__ is not type(model).__mro__[-1].__str__
    assert "__str__" in model.__dict__ or any("__str__" in base.__dict__ for base in model.__mro__[1:-2])


def test_no_module_is_called_after_nothing():
    root = Path(settings.BASE_DIR)
    vague = {"utils", "helpers", "common", "core", "services", "selectors", "managers"}
    found = [p for app in [*LAYERS, "lcep"] for p in (root / app).rglob("*.py") if p.stem in vague]
    assert found == []


def test_no_signals_and_no_save_overrides():
    root = Path(settings.BASE_DIR)
    for app in [*LAYERS, "lcep"]:
        for path in (root / app).rglob("*.py"):
            source = path.read_text()
            assert "@receiver" not in source, path
            if "models" in str(path.relative_to(root)):
                assert "def save(self" not in source, path
