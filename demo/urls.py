"""Addresses of the demonstration, below /demo/."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.show_cast, name="cast"),
    path("visitor/", views.visit, name="visitor"),
    path("as/<slug:key>/", views.sign_in, name="sign_in"),
    path("mail/", views.show_mail, name="mail"),
    path("mail/<str:name>/", views.show_message, name="message"),
    path("mail/<str:name>/html/", views.show_html, name="message_html"),
    path("mail/<str:name>/source/", views.show_source, name="message_source"),
]
