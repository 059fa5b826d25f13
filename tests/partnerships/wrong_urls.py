"""A URLconf in which a page stands behind the regions, where nobody would find it."""

from django.urls import include, path

from partnerships import views

urlpatterns = [path("", include("partnerships.urls")), path("late/", views.about)]
