"""Addresses of joining, choosing and one's own pages."""

from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("partnerships/<slug:slug>/join/", views.join, name="join"),
    path("partnerships/<slug:slug>/join/code/", views.code, name="code"),
    path("partnerships/<slug:slug>/join/code/new/", views.new_code, name="new_code"),
    path("partnerships/<slug:slug>/privacy/", views.notice, name="notice"),
    path("c/<str:token>/", views.confirm, name="confirm"),
    path("c/<str:token>/not-me/", views.not_me, name="not_me"),
    path("c/<str:token>/address/", views.new_address, name="new_address"),
    path("c/<str:token>/address-back/", views.old_address, name="old_address"),
    path("c/<str:token>/ways-in-back/", views.ways_in_back, name="ways_in_back"),
    path("u/<str:token>/", views.choices, name="choices"),
    path("u/<str:token>/leaving/", views.leaving, name="leaving"),
    path("u/<str:token>/return/", views.put_back, name="put_back"),
    path("u/<str:token>/one-click/", views.one_click, name="one_click"),
    path("me/", views.me, name="me"),
    path("me/welcome/<slug:slug>/<slug:step>/", views.welcome, name="welcome"),
    path("me/network/<slug:slug>/", views.showing, name="showing"),
    path("me/address/", views.change_of_address, name="address"),
    path("me/devices/", views.devices, name="devices"),
    path("me/data/", views.my_data, name="data"),
    path("me/forgetting/", views.forget_me, name="forget_me"),
    path("forgotten/", views.forgotten, name="forgotten"),
    path("complaints/data/", views.data_complaint, name="data_complaint"),
    path("complaints/data/received/", views.data_complaint_received, name="data_complaint_received"),
    path("me/record/", views.my_record, name="record"),
    path("me/name/", views.name, name="name"),
    path("accounts/fresh-code/", views.fresh_code, name="fresh_code"),
    path("accounts/second-factor/", views.second_factor, name="second_factor"),
]
