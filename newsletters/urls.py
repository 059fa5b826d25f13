"""Addresses of newsletters."""

app_name = "newsletters"
urlpatterns: list = []
