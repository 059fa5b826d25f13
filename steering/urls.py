"""Addresses of steering: who leads a partnership, what it has promised, and how it is handed on."""

from django.urls import URLPattern

app_name = "steering"

urlpatterns: list[URLPattern] = []
