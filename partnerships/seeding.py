"""Load public facts from data files, again and again, without undoing what a person edited.

A file is TOML and fills one table: `[key]` names a row for ever (its `seed_key`), a foreign key is the
key of its row, a many-to-many a list of keys, and `[defaults]` holds what every row of the file shares.
Every row has a source.

What seed last wrote is kept with each row, field by field. A field changes only while it still holds
that, or while it is empty and was never written; in a many-to-many, only what seed itself put in is
ever taken out, and what a person took out is not put back. Rows are never deleted.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst

from partnerships.models import (
    BankHoliday,
    Document,
    HalfTerm,
    Organisation,
    Partnership,
    PartnershipName,
    Place,
    Priority,
    Programme,
    Region,
    Supporter,
)
from partnerships.models.sourced import Sourced

DIRECTORY = {
    "regions": Region,
    "places": Place,
    "organisations": Organisation,
    "supporters": Supporter,
    "programmes": Programme,
    "partnerships": Partnership,
    "former_names": PartnershipName,
    "priorities": Priority,
    "documents": Document,
    "half_terms": HalfTerm,
    "bank_holidays": BankHoliday,
}


class BadDataError(Exception):
    """A data file says something that cannot be: names the file, the row and the field."""


def seed() -> list[str]:
    """Load the directory. Say in sentences what changed; an empty list means nothing did."""
    return load(Path(__file__).parent / "data", DIRECTORY)


def load(folder: Path, tables: Mapping[str, type[Sourced]]) -> list[str]:
    """Load `<name>.toml` of a folder into each table, in order: all of it, or with BadDataError nothing."""
    with transaction.atomic():
        return [
            sentence for name, model in tables.items() for sentence in DataFile(folder / f"{name}.toml", model).load()
        ]


class DataFile:
    """One file and the table it fills."""

    def __init__(self, path: Path, model: type[Sourced]):
        self.path, self.model = path, model
        kept_by_seed = {"id", "seed_key", "seeded"}
        self.singles = {f.name: f for f in model._meta.concrete_fields if f.name not in kept_by_seed}
        self.manies = {f.name: f for f in model._meta.many_to_many}
        rows = model._default_manager.exclude(seed_key=None).prefetch_related(*self.manies)
        self.rows = {row.seed_key: row for row in rows}
        related = {f.related_model for f in [*self.singles.values(), *self.manies.values()] if f.is_relation}
        self.pks = {other: _keys_and_pks(other) for other in related}
        self.added: list[str] = []
        self.changed: list[str] = []
        self.kept: list[str] = []

    def load(self) -> list[str]:
        for key, said in self._read().items():
            values = {name: self._value(key, name, value) for name, value in said.items()}
            row = self.rows.get(key) or self._made_by_a_person(values) or self._new(key, values)
            try:
                self._write(row, key, values)
            except IntegrityError as error:
                raise self._bad(
                    key, f"it collides with another row, or breaks a rule of the table ({error})"
                ) from error
        return self._sentences()

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            said = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadDataError(f"{self.path.name} cannot be read: {error}") from error
        shared = said.pop("defaults", {})
        for key, values in said.items():
            if not isinstance(values, dict):
                raise BadDataError(f"{self.path.name}: {key!r} stands outside any row.")
            said[key] = shared | values
            if not said[key].get("source"):
                raise self._bad(key, "every row names its source", field="source")
        return said

    def _value(self, key: str, name: str, value: Any) -> Any:
        """Check a value, and give it in the form in which it is kept and compared."""
        if many := self.manies.get(name):
            if not isinstance(value, list):
                raise self._bad(key, "a list of keys is expected", field=name)
            for each in value:
                self._pk(key, many, each)
            return sorted(set(value))
        field = self.singles.get(name)
        if field is None:
            raise self._bad(key, f"{self.model._meta.verbose_name} has no such field", field=name)
        if field.is_relation:
            self._pk(key, field, value)
            return value
        try:
            return _plain(field.clean(_plain(value), None))
        except ValidationError as error:
            raise self._bad(key, " ".join(error.messages), field=name) from error

    def _pk(self, key: str, field: Any, other: Any) -> Any:
        try:
            return self.pks[field.related_model][other]
        except (KeyError, TypeError):
            noun = field.related_model._meta.verbose_name
            raise self._bad(key, f"there is no {noun} {other!r} before it", field=field.name) from None

    def _made_by_a_person(self, values: dict[str, Any]) -> Sourced | None:
        """Find the row a person already made for this fact, by what makes a row of this table unique."""
        unique = [[name] for name, field in self.singles.items() if field.unique]
        unique += [list(rule.fields) for rule in self.model._meta.total_unique_constraints]
        for names in unique:
            if all(values.get(name) for name in names):
                same = {self.singles[name].attname: self._stored(name, values[name]) for name in names}
                if row := self.model._default_manager.filter(seed_key=None, **same).first():
                    return row
        return None

    def _new(self, key: str, values: dict[str, Any]) -> Sourced:
        for name, field in self.singles.items():
            if name not in values and not field.blank and not field.has_default():
                raise self._bad(key, "it is missing", field=name)
        return self.model()

    def _write(self, row: Sourced, key: str, values: dict[str, Any]) -> None:
        """Bring a row up to date, except where a person edited it."""
        is_new, before, changed = row.pk is None, row.seeded, []
        written: dict[str, Any] = {}
        wanted = {name: self._empty(name) for name in before if name not in values} | values
        for name in [name for name in wanted if name in self.singles]:
            held, last = self._held(row, name), before.get(name, self._empty(name))
            if held not in (last, wanted[name]):
                written |= {name: last} if name in before else {}
                self.kept += [f"{key} ({name})"] if wanted[name] != last else []
                continue
            written |= {name: wanted[name]} if name in values else {}
            if held != wanted[name]:
                setattr(row, self.singles[name].attname, self._stored(name, wanted[name]))
                changed.append(name)
        row.seeded = written | {name: value for name, value in values.items() if name in self.manies}
        if is_new or changed or row.seed_key != key or row.seeded != before:
            row.seed_key = key
            row.save(update_fields=None if is_new else [*changed, "seed_key", "seeded"])
        self.rows[key] = row
        if self.model in self.pks:
            self.pks[self.model][key] = row.pk
        changed += [name for name in wanted if name in self.manies and self._write_many(row, name, wanted, before)]
        if is_new:
            self.added.append(key)
        elif changed:
            self.changed.append(f"{key} ({', '.join(sorted(changed))})")

    def _write_many(self, row: Sourced, name: str, wanted: dict[str, Any], before: dict[str, Any]) -> bool:
        """Put in what is new in the file, take out what left it, and leave the rest to people."""
        last, now = set(before.get(name, [])), set(wanted[name])
        pks = self.pks[self.manies[name].related_model]
        held = {other.pk for other in getattr(row, name).all()} if last != now else set()
        coming = {pks[other] for other in now - last} - held
        going = {pks[other] for other in last - now if other in pks} & held
        getattr(row, name).add(*coming)
        getattr(row, name).remove(*going)
        return bool(coming or going)

    def _held(self, row: Sourced, name: str) -> Any:
        field = self.singles[name]
        value = getattr(row, field.attname)
        if not field.is_relation or value is None:
            return _plain(value)
        keys = {pk: key for key, pk in self.pks[field.related_model].items()}
        return keys.get(value, f"#{value}")

    def _stored(self, name: str, value: Any) -> Any:
        field = self.singles[name]
        if field.is_relation:
            return self.pks[field.related_model][value] if value is not None else None
        return field.to_python(value)

    def _empty(self, name: str) -> Any:
        return [] if name in self.manies else _plain(self.singles[name].get_default())

    def _bad(self, key: str, what: str, field: str = "") -> BadDataError:
        return BadDataError(f"{self.path.name}, row {key}{f', field {field}' if field else ''}: {what}.")

    def _sentences(self) -> list[str]:
        nouns = capfirst(self.model._meta.verbose_name_plural)
        said = [f"{nouns}: {len(self.added)} added."] if self.added else []
        said += [f"{nouns}: changed {_some(self.changed)}."] if self.changed else []
        said += [f"{nouns}: left as edited here {_some(self.kept)}."] if self.kept else []
        return said


def _plain(value: Any) -> Any:
    """Give a value as JSON keeps it; a form's line ends and outer spaces are no edit."""
    if isinstance(value, date):
        return value.isoformat()
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _keys_and_pks(model: Any) -> dict[str, Any]:
    return dict(model._default_manager.exclude(seed_key=None).values_list("seed_key", "pk"))


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
