"""Addresses of meetings: `ref` is a short public id, `token` a signed one."""

from django.urls import path

from meetings.views import feeds, inviting, leading, meetings, papers, recording, replying, wishes

app_name = "meetings"

urlpatterns = [
    path("lead/<slug:ref>/", leading.desk, name="desk"),
    path("lead/<slug:ref>/plan/", leading.plan, name="plan"),
    path("lead/<slug:ref>/plan/details/", leading.details, name="details"),
    path("lead/<slug:ref>/poll/", leading.poll, name="poll"),
    path("lead/<slug:ref>/write/", leading.word, name="word"),
    path("lead/<slug:ref>/report/", leading.report, name="report"),
    path("lead/<slug:ref>/wishes/", wishes.wishes, name="wishes"),
    path("lead/<slug:ref>/end/", wishes.ending, name="ending"),
    path("partnerships/<slug:slug>/pods/<slug:pod>/ask/", wishes.asking, name="asking"),
    path("me/pods/<slug:slug>/<slug:pod>/proposal/", wishes.proposing, name="proposing"),
    path("meetings/<slug:ref>/", meetings.meeting, name="meeting"),
    path("meetings/<slug:ref>/event.ics", meetings.event_ics, name="event_ics"),
    path("meetings/<slug:ref>/move/", meetings.moving, name="moving"),
    path("meetings/<slug:ref>/cancellation/", meetings.cancellation, name="cancellation"),
    path("meetings/<slug:ref>/venue/", meetings.venue, name="venue"),
    path("meetings/<slug:ref>/agenda/", meetings.agenda, name="agenda"),
    path("meetings/<slug:ref>/record/", recording.record, name="record"),
    path("meetings/<slug:ref>/minutes/", recording.minutes, name="minutes"),
    path("meetings/<slug:ref>/sheet/", recording.sheet, name="sheet"),
    path("meetings/<slug:ref>/invitation/", inviting.invitation, name="invitation"),
    path("meetings/<slug:ref>/places/", inviting.places, name="places"),
    path("meetings/<slug:ref>/guest/", inviting.guest, name="guest"),
    path("lead/<slug:ref>/papers/", papers.shelf, name="shelf"),
    path("meetings/<slug:ref>/papers/", papers.papers_of_meeting, name="papers"),
    path("papers/<slug:ref>/", papers.paper_file, name="paper_file"),
    path("papers/<slug:ref>/<int:number>/", papers.paper_file, name="paper_version"),
    path("papers/<slug:ref>/about/", papers.paper, name="paper"),
    path("r/<str:token>/event.ics", replying.entry, name="reply_ics"),
    path("r/<str:token>/papers/<slug:ref>/", papers.paper_by_link, name="paper_by_link"),
    path("me/follow-ups/<int:pk>/", recording.follow_up, name="follow_up"),
    path("partnerships/<slug:slug>/events/new/", inviting.new_event, name="new_event"),
    path("r/<str:token>/", replying.reply, name="reply"),
    path("p/<str:token>/", replying.poll, name="poll_reply"),
    path("cal/<str:token>.ics", feeds.own, name="own_calendar"),
    path("me/calendar/", feeds.renewal, name="renewal"),
    path("partnerships/<slug:slug>/events/", feeds.events, name="events"),
    path("partnerships/<slug:slug>/calendar.ics", feeds.calendar, name="calendar"),
    path("partnerships/<slug:slug>/pods/<slug:pod>/calendar.ics", feeds.group_calendar, name="group_calendar"),
]
