"""Two organisations of a partnership that turn out to be one become one; nothing that points to either is lost."""

from django.db import transaction
from django.db.models import QuerySet

from partnerships.models import Organisation
from trust.models import Entry

SAID = ("sector", "phase", "line", "website", "source", "agreed_on", "last_confirmed_on")


class TwoAreOne:
    """`gone` is the same organisation as `kept`: what points to it moves, what only it says is kept, and it goes."""

    def __init__(self, gone: Organisation, kept: Organisation) -> None:
        self.gone, self.kept = gone, kept

    @staticmethod
    def others(organisation: Organisation) -> QuerySet[Organisation]:
        """Which it may be the same as: the others of its own partnership."""
        mine = Organisation.objects.filter(partnership=organisation.partnership_id, partnership__isnull=False)
        return mine.exclude(pk=organisation.pk).order_by("name")

    def pointing(self) -> int:
        """How many rows of any app point to the one that goes."""
        return sum(rows.count() for rows, _ in self._pointers())

    def taken_over(self) -> list[str]:
        """What the one that stays did not say and the other did, by the names on screens."""
        return [
            str(Organisation._meta.get_field(name).verbose_name)
            for name in SAID
            if getattr(self.gone, name) and not getattr(self.kept, name)
        ]

    def make(self, by=None) -> bool:
        """Make them one. False, and nothing changes, when either is gone already or they are of two partnerships."""
        with transaction.atomic():
            both = Organisation.objects.filter(pk__in=[self.gone.pk, self.kept.pk]).select_for_update().order_by("pk")
            locked = {each.pk: each for each in both}
            if len(locked) < 2 or not self.others(self.gone).filter(pk=self.kept.pk).exists():
                return False
            self.gone, self.kept = locked[self.gone.pk], locked[self.kept.pk]
            for rows, name in self._pointers():
                rows.update(**{name: self.kept})
            self.kept.areas.add(*self.gone.areas.all())
            for name in SAID:
                setattr(self.kept, name, getattr(self.kept, name) or getattr(self.gone, name))
            self.kept.save(update_fields=SAID)
            Entry.record("made one of two:", self.kept, by=by, fields=[str(self.gone)])
            self.gone.delete()
        return True

    def _pointers(self) -> list[tuple[QuerySet, str]]:
        """Rows of every app that point to the one that goes, members' among them, each with its field."""
        return [
            (relation.related_model._base_manager.filter(**{relation.field.name: self.gone.pk}), relation.field.name)
            for relation in Organisation._meta.related_objects
            if relation.one_to_many or relation.one_to_one
        ]
