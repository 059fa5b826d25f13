"""Addresses of the groups: public pages under their partnership, the members' view under /me/."""

from django.urls import path

from pods import views

app_name = "pods"

urlpatterns = [
    path("partnerships/<slug:slug>/network/", views.network, name="network"),
    path("partnerships/<slug:slug>/pods/", views.pods, name="pods"),
    path("partnerships/<slug:slug>/pods/<slug:pod>/", views.pod, name="pod"),
    path("partnerships/<slug:slug>/pods/<slug:pod>/membership/", views.membership, name="membership"),
    path("me/pods/<slug:slug>/", views.choosing, name="choosing"),
    path("me/pods/<slug:slug>/<slug:pod>/", views.inside, name="inside"),
]
