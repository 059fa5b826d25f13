"""Addresses of newsletters: the public archive of a partnership."""

from django.urls import path

from newsletters import views

app_name = "newsletters"

urlpatterns = [
    path("partnerships/<slug:slug>/newsletters/", views.archive, name="archive"),
    path("partnerships/<slug:slug>/newsletters/feed.xml", views.feed, name="feed"),
    path("partnerships/<slug:slug>/newsletters/<int:number>/", views.newsletter, name="newsletter"),
]
