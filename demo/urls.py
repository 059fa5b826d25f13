"""Addresses of demo."""

app_name = "demo"
urlpatterns: list = []
