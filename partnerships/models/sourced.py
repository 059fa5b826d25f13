"""A public fact: where it comes from, when it was last confirmed, and what `seed` last wrote."""

from django.db import models


class Sourced(models.Model):
    """A row that `manage.py seed` may load. `seeded` remembers what it wrote, field by field.

    A field whose value is no longer what seed wrote was edited by a person and is never overwritten.
    `seed_key` is the row's lasting name in the data files; a row without one was made by a person.
    """

    source = models.CharField(max_length=500, blank=True, help_text="An address or a title, so that anyone can check")
    last_confirmed_on = models.DateField(null=True, blank=True)
    seed_key = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)
    seeded = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True
