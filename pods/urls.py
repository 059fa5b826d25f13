"""Addresses of pods."""

app_name = "pods"
urlpatterns: list = []
