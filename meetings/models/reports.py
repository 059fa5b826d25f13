"""What a group tells the Steering Group, a paragraph at a time."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from meetings.models.meetings import Meeting
from members.models import Member
from pods.models import Group
from trust.models import Entry
from trust.privacy import Privacy


class PodReportQuerySet(models.QuerySet):
    def sent(self) -> "PodReportQuerySet":
        return self.exclude(sent_at=None)

    def visible_to(self, member) -> "PodReportQuerySet":
        """For those inside the group, those in its Steering Group, and the manager. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        steering = Group.objects.filter(kind=Group.Kind.STEERING).of_member(member).values("partnership")
        inside = Q(group__in=Group.objects.open_inside_to(member))
        return self.filter(inside | Q(group__partnership__in=steering, sent_at__isnull=False))


class PodReport(models.Model):
    """A report for one meeting of Steering, or for the next one when none is planned. Sent without words, it says
    that there is nothing to report this time.
    """

    privacy = Privacy(kept="sent_by", impersonal="id group steering text sent_at made_at")

    group = models.ForeignKey(Group, models.PROTECT, related_name="reports")
    steering = models.ForeignKey(Meeting, models.PROTECT, related_name="reports", null=True, blank=True)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = PodReportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["group", "steering"], name="one_report_for_a_steering_meeting"),
            models.UniqueConstraint(fields=["group"], condition=Q(sent_at=None), name="one_report_being_written"),
        ]

    def __str__(self) -> str:
        return f"Report of {self.group}"

    @property
    def is_nothing(self) -> bool:
        return self.sent_at is not None and not self.text

    @classmethod
    def send(cls, group: Group, text: str, *, by: Member) -> "PodReport":
        """Report to the next meeting of Steering; '' says that there is nothing to report. Sending again for the
        same meeting of Steering replaces the words.
        """
        with transaction.atomic():
            Group.objects.select_for_update().get(pk=group.pk)
            steering = cls.next_steering(group)
            report = PodReport.objects.filter(group=group, steering=steering).order_by("-made_at").first()
            if report is None or (steering is None and report.sent_at and report.sent_at < _since(group)):
                report = PodReport(group=group, steering=steering)
            report.text, report.sent_at, report.sent_by = text.strip(), timezone.now(), by
            report.save()
            Entry.record("reported for", group, by=by)
        return report

    @classmethod
    def latest_of(cls, group: Group) -> "PodReport | None":
        return cls.objects.sent().filter(group=group).order_by("-sent_at").first()

    @staticmethod
    def next_steering(group: Group) -> Meeting | None:
        steering = Meeting.objects.filter(partnership=group.partnership_id, group__kind=Group.Kind.STEERING)
        return steering.upcoming().first()


def _since(group: Group) -> datetime:
    """When the group last met: a report after that is about it."""
    last = Meeting.objects.filter(group=group).past().first()
    return last.starts_at if last and last.starts_at else timezone.now()
