"""The manager's twelve weeks: every group against its window, and who sees it."""

from datetime import timedelta

from django.test import RequestFactory
from django.utils import timezone

from meetings import panels
from meetings.board import Board
from meetings.models import Meeting
from partnerships.models import HalfTerm
from tests import factories
from tests.meetings.conftest import at, passed


def asked_by(member):
    request = RequestFactory().get("/admin/")
    request.user = member
    return request


def test_fifty_groups_in_fifteen_queries(leeds, dee, ada, django_assert_max_num_queries):
    groups = [factories.GroupFactory(partnership=leeds) for _ in range(49)]  # and the pod
    for number, group in enumerate(groups):
        group.join(ada)
        days = timedelta(days=40 + number)
        Meeting.objects.create(
            group=group,
            status="held",
            held_at=timezone.now(),
            starts_at=timezone.now() - days,
            ends_at=timezone.now() - days + timedelta(hours=1),
            **Meeting.named(leeds),
        )
    HalfTerm.objects.create(
        place=leeds.places.get(), school_year="now", name="Term", number=1,
        first_on=at(-200).date(), last_on=at(300).date(),
    )  # fmt: skip
    with django_assert_max_num_queries(15):
        board = Board.of(leeds)
        assert len(list(board.drawn())) == 50
        assert all(line.standing for line in board.lines)


def test_the_desk_shows_the_board_and_says_what_could_come_next(as_member, meeting, pod, ada, dee):
    page = as_member(dee).get("/admin/").content.decode()
    assert "Twelve weeks of LeedsCEP" in page and f"Meets on {timezone.localtime(meeting.starts_at):%A}" in page
    passed(meeting, 70)
    page = as_member(dee).get("/admin/").content.decode()
    assert "Youth Voice could choose its next date." in page and "is to come." in page and "<svg" in page


def test_only_whoever_manages_it_sees_it(meeting, leeds, dee, eve, fay):
    factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    assert panels.board(asked_by(eve)) is None and panels.board(asked_by(fay)) is None
    (board,) = panels.board(asked_by(dee))["context"]["boards"]
    assert [line.group.name for line in board.lines] == ["Youth Voice"]
