"""The admin's addresses (included by string from the URLconf)."""

from trust.admin import desk

urlpatterns, app_name = desk.urls[0], desk.urls[1]
