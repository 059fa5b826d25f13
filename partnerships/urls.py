"""Addresses of partnerships."""

app_name = "partnerships"
urlpatterns: list = []
