"""The pages that are words: about, start one, privacy, accessibility, complaints."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.pages import keeper, public


@public
def about(request: HttpRequest) -> HttpResponse:
    return _words(request, "about")


@public
def partnerships_explained(request: HttpRequest) -> HttpResponse:
    return _words(request, "partnerships_explained")


@public
def start(request: HttpRequest) -> HttpResponse:
    return _words(request, "start")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    return _words(request, "privacy")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return _words(request, "accessibility")


@public
def complaints(request: HttpRequest) -> HttpResponse:
    return _words(request, "complaints")


def _words(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, f"partnerships/{page}.html", {"keeper": keeper(settings.DEFAULT_FROM_EMAIL)})
