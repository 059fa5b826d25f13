"""Addresses of newsletters: the public archive of a partnership, and its noticeboard."""

from django.urls import path

from newsletters import showing, views
from newsletters.notices import views as notices
from newsletters.planner import views as planner
from newsletters.stories import views as stories

app_name = "newsletters"

urlpatterns = [
    path("n/<str:token>/", showing.draft, name="draft"),
    path("n/<str:token>/mail/", showing.draft_mail, name="draft_mail"),
    path("pictures/<str:name>", showing.picture, name="picture"),
    path("partnerships/<slug:slug>/newsletters/", views.archive, name="archive"),
    path("partnerships/<slug:slug>/newsletters/feed.xml", views.feed, name="feed"),
    path("partnerships/<slug:slug>/newsletters/<int:number>/", views.newsletter, name="newsletter"),
    path("partnerships/<slug:slug>/noticeboard/", stories.noticeboard, name="noticeboard"),
    path("partnerships/<slug:slug>/noticeboard/feed.xml", stories.stories_feed, name="stories_feed"),
    path("partnerships/<slug:slug>/noticeboard/send/", stories.send_story, name="send_story"),
    path("partnerships/<slug:slug>/noticeboard/<int:number>/", stories.story, name="story"),
    path("partnerships/<slug:slug>/noticeboard/notices/<int:number>/", notices.notice, name="notice"),
    path("s/<str:token>/", planner.asked, name="asked"),
]
