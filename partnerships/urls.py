"""Addresses of the directory: they do not move. A region's is tried last."""

from django.urls import path

from partnerships import answering_views, views

app_name = "partnerships"

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("about/partnerships/", views.partnerships_explained, name="partnerships_explained"),
    path("start/", views.start, name="start"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("complaints/", views.complaints, name="complaints"),
    path("contact/", views.contact_keeper, name="contact_keeper"),
    path("contact/received/", views.keeper_received, name="keeper_received"),
    path("partnerships/", views.directory, name="directory"),
    path("partnerships/<slug:slug>/", views.partnership, name="partnership"),
    path("partnerships/<slug:slug>/get-involved/", views.get_involved, name="get_involved"),
    path("partnerships/<slug:slug>/documents/", views.documents, name="documents"),
    path("partnerships/<slug:slug>/documents/<slug:document>/", views.document, name="document"),
    path("partnerships/<slug:slug>/documents/<slug:document>/<int:number>/", views.document_file, name="document_file"),
    path("partnerships/<slug:slug>/contact/", views.contact, name="contact"),
    path("partnerships/<slug:slug>/contact/received/", views.received, name="received"),
    path("f/<str:token>/", answering_views.still_right, name="still_right"),
    path("<slug:slug>/documents/<slug:document>/", views.region_document, name="region_document"),
    path(
        "<slug:slug>/documents/<slug:document>/<int:number>/", views.region_document_file, name="region_document_file"
    ),
    path("<slug:slug>/", views.region, name="region"),
]
