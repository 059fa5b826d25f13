"""One of each thing behind an address, all of LeedsCEP: what the tests that walk every door put into it."""

import hashlib
import mailbox
import uuid
import zlib
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from lcep.site import today
from mailings.models import MailDomain, Mailing
from meetings.models import CalendarKey, DatePoll, FollowUp, Meeting, Paper
from members import emails, wording
from members.models import AddressChange, DataComplaint, Import, JoinRequest, Membership, PrivacyNotice, Wording
from newsletters.models import Ask, DraftLink, Newsletter, Notice, Picture, Story
from newsletters.pictures import clean
from newsletters.words import Words
from partnerships.models import (
    Confirmation,
    Document,
    DocumentVersion,
    Enquiry,
    Organisation,
    Priority,
    Programme,
    Supporter,
)
from partnerships.uploads import examined
from pods.models import Appointment
from steering.evidence import figures
from steering.models import (
    Action,
    Decision,
    EvidenceBook,
    FunderLine,
    Interest,
    Objective,
    Pack,
    RoleDescription,
    Seat,
    YouthVoice,
)
from tests import factories
from trust.models import Entry
from trust.tokens import (
    ASKED,
    CHOICES,
    CONFIRM,
    DRAFT,
    EVIDENCE,
    FEED,
    HOW_IT_GOES,
    NEW_ADDRESS,
    OLD_ADDRESS,
    POLL,
    REPLY,
    STILL_RIGHT,
    WAYS_IN,
)


@pytest.fixture
def things(leeds, pod, ada, ben, dee, cy, eve) -> dict[str, object]:
    """Values for the names in addresses; "route: name" where one route needs its own."""
    membership = Membership.objects.get(member=ben, partnership=leeds)
    shown = Wording.of(wording.joining(leeds, False))
    asked, code = JoinRequest.ask(leeds, "sam@example.org", with_events=False, wording=shown)
    emails.join_code(asked, code).send()
    emails.choices_changed(membership).send()
    moved = AddressChange.ask(ada, "ada.moved@example.org")
    moved.confirm()
    change = AddressChange.ask(ben, "ben.new@example.org")
    sent = Newsletter.objects.create(partnership=leeds, number=1, subject="The first one", published_at=timezone.now())
    draft = Newsletter.begin(leeds, _words(), by=dee)
    story = Story.send(leeds, writer=ben, readers=[], title="A story", text="Invented.", kind="news")
    story.approve(by=dee)
    with transaction.atomic():
        entry = Entry.record("did something", leeds, by=dee)
    question = Confirmation.objects.create(partnership=leeds, half_term="Autumn 2", sent_to="sam@example.org")
    choices = CHOICES.sign(ben.pk, leeds.pk)
    confirm = CONFIRM.sign(asked.pk)
    rows = {
        "trust_entry": entry,
        "members_membership": membership,
        "members_privacynotice": PrivacyNotice.publish(leeds, "We keep little.", by=dee),
        "members_import": Import.objects.create(partnership=leeds, by=dee, name="a.csv", content=b"sam@example.org"),
        "members_datacomplaint": DataComplaint.objects.create(partnership=leeds, email="sam@example.org", text="?"),
        "mailings_maildomain": MailDomain.objects.create(partnership=leeds, domain="leedscep.test"),
        "mailings_mailing": Mailing.objects.filter(partnership=leeds).first(),
        "newsletters_newsletter": draft,
        "newsletters_story": story,
        "pods_group": pod,
        "partnerships_partnership": leeds,
        "partnerships_organisation": Organisation.objects.create(name="Example Gallery", partnership=leeds),
        "partnerships_enquiry": Enquiry.objects.create(
            partnership=leeds, reader="manager", email="sam@example.org", text="Hello?"
        ),
        "partnerships_region": leeds.region,
        "partnerships_place": leeds.places.get(),
        "partnerships_programme": Programme.objects.create(region=leeds.region, name="A fund", years="2020", text="x"),
        "partnerships_supporter": Supporter.objects.create(
            region=leeds.region, organisation=Organisation.objects.create(name="A supporter")
        ),
        "partnerships_document": _with_a_file(Document.objects.create(title="Plan", slug="plan", partnership=leeds)),
        "partnerships_priority": Priority.objects.create(title="Youth voice", short_name="Voice", partnership=leeds),
    }
    _with_a_file(Document.objects.create(title="Guide", slug="guide", region=leeds.region))
    values: dict[str, object] = {
        "slug": leeds.slug,
        "pod": pod.slug,
        "document": "plan",
        "number": sent.number,
        "step": "name",
        "version": 1,
        "key": "dee",
        "name": _captured(),
        "app_label": "newsletters",
        "token": choices,
        "pk": draft.pk,
        "members:confirm: token": confirm,
        "members:not_me: token": confirm,
        "members:new_address: token": NEW_ADDRESS.sign(change.pk),
        "members:old_address: token": OLD_ADDRESS.sign(moved.pk),
        "members:ways_in_back: token": WAYS_IN.sign(moved.member_id, int(timezone.now().timestamp())),
        "partnerships:still_right: token": STILL_RIGHT.sign(question.pk),
        "partnerships:region: slug": leeds.region.slug,
        "partnerships:region_document: slug": leeds.region.slug,
        "partnerships:region_document: document": "guide",
        "partnerships:region_document_file: slug": leeds.region.slug,
        "partnerships:region_document_file: document": "guide",
    }
    values |= _of_meetings(leeds, pod, ada, ben)
    values |= _of_steering(leeds, ada, dee, rows)
    values |= _of_the_plan(leeds, ada)
    for screen in ("remove", "edit"):
        values[f"mfa_{screen}_webauthn: pk"] = 1  # nobody's
    for name, row in rows.items():
        for screen in ("change", "history", "delete"):
            values[f"admin:{name}_{screen}: object_id"] = row.pk
    for name in ("carrying_out", "undoing", "left_out"):
        values[f"admin:members_import_{name}: pk"] = rows["members_import"].pk
    for name in ("proof", "note", "merging"):
        values[f"admin:members_membership_{name}: pk"] = membership.pk
    link = DraftLink.make(draft, by=dee)
    values |= {"link": link.pk, "newsletters:draft: token": DRAFT.sign(link.pk)}
    values |= {"newsletters:draft_mail: token": DRAFT.sign(link.pk), "newsletters:picture: name": _picture(leeds)}
    values["newsletters:story: number"] = story.pk
    values |= _of_the_planner(leeds, story, ben, dee)
    for name in ("approval", "refusal", "withdrawal"):
        values[f"admin:newsletters_story_{name}: pk"] = story.pk
    for name in (
        "pause", "resume", "stop", "settle", "again", "resend", "undo", "missed", "progress", "exceptions",
    ):  # fmt: skip
        values[f"admin:mailings_mailing_{name}: pk"] = rows["mailings_mailing"].pk
    for name in ("look", "off", "on"):
        values[f"admin:mailings_maildomain_{name}: pk"] = rows["mailings_maildomain"].pk
    for name in ("confirm", "merge", "retire"):
        values[f"admin:partnerships_partnership_{name}: pk"] = leeds.pk
    values["admin:partnerships_organisation_merge: pk"] = rows["partnerships_organisation"].pk
    values["admin:partnerships_document_version: pk"] = rows["partnerships_document"].pk
    values["admin:partnerships_enquiry_answered: pk"] = rows["partnerships_enquiry"].pk
    return values


def _picture(leeds) -> str:
    """The name of a picture of one red point."""
    raw = b"\x89PNG\r\n\x1a\n"
    for name, body in (
        (b"IHDR", b"\0\0\0\1\0\0\0\1\x08\2\0\0\0"),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    ):
        raw += len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
    return Picture.keep(clean(raw), leeds).get_absolute_url().rpartition("/")[2]


def _with_a_file(document: Document) -> Document:
    version = DocumentVersion(document=document, number=1, dated_on=today(), filename="Plan.pdf", kind="pdf", size=8)
    version.sha256 = hashlib.sha256(document.slug.encode()).hexdigest()
    version.file.save("Plan.pdf", ContentFile(b"%PDF-1.7"))
    return document


def _of_meetings(leeds, pod, ada, ben) -> dict[str, object]:
    """A meeting of the pod to come, and a poll of another group that Ben belongs to."""
    soon = timezone.now() + timedelta(days=28)
    meeting = Meeting.schedule(pod, starts_at=soon, by=ada, seen=0)
    event = Meeting.plan_event(leeds, starts_at=soon, minutes=90, by=ada, title="Gathering", words="Come.")
    other = factories.GroupFactory(partnership=leeds)
    other.join(ben)
    poll = DatePoll.open(other, [soon, soon + timedelta(days=1)], closes_on=(soon - timedelta(days=9)).date(), by=ada)
    closed = factories.GroupFactory(partnership=leeds, joining="ask")
    task = factories.GroupFactory(
        partnership=leeds, kind="task-and-finish", parent=pod, finish_by=(soon + timedelta(days=60)).date()
    )
    Appointment.appoint(ada, task, Appointment.Role.LEAD)
    turn = CalendarKey.turn_of(ben)
    paper = Paper.put("Notes", by=ada, meeting=meeting, upload=examined("Notes.pdf", BytesIO(b"%PDF-1.7 %%EOF")))
    mine = FollowUp.objects.create(group=pod, text="Book the hall", owner=ben)
    of_meeting = ("meeting", "event_ics", "moving", "cancellation", "venue", "agenda", "record", "minutes", "sheet")
    return {
        **{f"meetings:{name}: ref": meeting.ref for name in of_meeting},
        **{f"meetings:{name}: ref": pod.ref for name in ("desk", "plan", "details", "poll", "word", "report")},
        "meetings:asking: pod": closed.slug,
        "meetings:ending: ref": task.ref,
        "meetings:wishes: ref": pod.ref,
        "meetings:guest: ref": meeting.ref,
        "meetings:shelf: ref": pod.ref,
        "meetings:papers: ref": meeting.ref,
        **{f"meetings:{name}: ref": paper.ref for name in ("paper", "paper_file", "paper_version", "paper_by_link")},
        "meetings:paper_by_link: token": REPLY.sign(meeting.pk, ben.pk),
        "meetings:follow_up: pk": mine.pk,
        "meetings:invitation: ref": event.ref,
        "meetings:places: ref": event.ref,
        "meetings:reply: token": REPLY.sign(meeting.pk, ben.pk),
        "meetings:reply_ics: token": REPLY.sign(meeting.pk, ben.pk),
        "meetings:poll_reply: token": POLL.sign(poll.pk, ben.pk),
        "meetings:own_calendar: token": FEED.sign(ben.pk, turn),
    }


def _of_the_plan(leeds, ada) -> dict[str, object]:
    """An action that Ada answers for, a meeting of Steering that is over, and one of everything it spoke of."""
    priority = Priority.objects.create(partnership=leeds, title="Access", short_name="Access", position=2)
    objective = Objective.objects.create(priority=priority, title="Every school knows whom to ask")
    action = Action.begin(objective, "Ask ten schools", by=ada, owner=ada)
    group = leeds.groups.get(kind="steering")
    over = timezone.now() - timedelta(days=2)
    meeting = Meeting.objects.create(
        group=group, status="scheduled", starts_at=over, ends_at=over + timedelta(hours=2), **Meeting.named(leeds)
    )
    closed = Meeting.objects.create(
        group=group, status="scheduled", starts_at=over - timedelta(days=70), ends_at=over - timedelta(days=69),
        **Meeting.named(leeds),
    )  # fmt: skip
    Pack.objects.create(meeting=closed, closed_at=over)
    question = Decision.ask(meeting, "Do we pay for travel?", by=ada)
    voice = YouthVoice.objects.create(
        partnership=leeds, heard_on=today(), organisation="A club", ages="12-14", headcount=8, said="Less talk.",
        answer_by=today() + timedelta(days=30),
    )  # fmt: skip
    book = EvidenceBook.objects.create(
        partnership=leeds, title="A year", first_on=today() - timedelta(days=365), last_on=today(),
        figures=figures(leeds, today() - timedelta(days=365), today()), shared_at=timezone.now(),
    )  # fmt: skip
    line = FunderLine.objects.create(partnership=leeds, happened_on=today(), text="Ten schools were asked.")
    coming = Meeting.objects.upcoming().filter(partnership=leeds).exclude(group=None).first()
    of_pack = ("pack", "questions", "question", "sending", "closing")
    return {
        **{f"steering:{name}: ref": meeting.ref for name in of_pack},
        "steering:pack_story: ref": closed.ref,
        "steering:substitute: token": REPLY.sign(coming.pk, coming.invitations.first().member_id),
        "steering:shared_evidence: token": EVIDENCE.sign(book.pk, book.turn),
        "question": question.pk,
        "voice": voice.pk,
        "book": book.pk,
        "line": line.pk,
        "objective": objective.pk,
        "action": action.ref,
        "update": action.updates.get().pk,
        "steering:how_it_goes: token": HOW_IT_GOES.sign(action.pk, ada.pk),
    }


def _of_steering(leeds, ada, dee, rows) -> dict[str, object]:
    """A table, a seat at it, and somebody who would like to take it."""
    table = factories.GroupFactory(
        partnership=leeds, kind="steering", joining="appointed", name="Steering Group", slug="steering-group"
    )
    held = Appointment.appoint(factories.member("chair@example.org", "Cho"), table, Appointment.Role.CHAIR)
    factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", name="Executive", slug="executive")
    rows["steering_seat"] = Seat.objects.create(group=table, label="Primary schools", sector="school")
    rows["steering_interest"] = interest = Interest.objects.create(
        group=table, name="Sam", email="sam@example.org", statement="I would like to."
    )
    rows["steering_roledescription"] = RoleDescription.objects.create(
        partnership=leeds, kind="chair", title="Chair", text="Chairs."
    )
    of_table = ("table", "appointing", "rules", "balance", "term", "seats", "seat")
    return {
        **{f"steering:{name}: ref": table.ref for name in of_table},
        "steering:term: pk": held.pk,
        "seat": rows["steering_seat"].pk,
        "steering:line: pk": ada.appointments.first().pk,
        "steering:role: kind": "chair",
        "admin:steering_interest_talking: pk": interest.pk,
        "admin:steering_interest_answer: pk": interest.pk,
    }


def _of_the_planner(leeds, story, ben, dee) -> dict[str, object]:
    """A short notice that has gone out, and a link that asks Ben for news."""
    notice = Notice.send(leeds, [story], subject="A story", key=uuid.uuid4(), by=dee)
    Mailing.objects.filter(pk=notice.mailing_id).update(started_at=timezone.now())
    ask = Ask.send(leeds, today(), "Have you news?", by=dee)
    return {"newsletters:notice: number": notice.pk, "newsletters:asked: token": ASKED.sign(ask.pk, ben.pk)}


def _words() -> Words:
    return Words.typed(
        number=2, half_term=None, subject="News", preheader="", opening="Hello.", sections=[("Dates", "Tuesday.")]
    )


def _captured() -> str:
    """The name of a mail in the demonstration's mailbox."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "ben@example.org", "Invented"
    mail.set_content("Hello.")
    mail.add_alternative("<p>Hello.</p>", subtype="html")
    return mailbox.Maildir(settings.LCEP_VAR / "mail").add(mail.as_bytes())
