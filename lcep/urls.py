"""Every door of the site. Apps are included by string; a region's address is the last to be tried."""

from django.conf import settings
from django.urls import include, path

from lcep import probes
from lcep.style import style

handler400 = "lcep.errors.bad_request"
handler403 = "lcep.errors.forbidden"
handler404 = "lcep.errors.not_found"
handler500 = "lcep.errors.broken"

urlpatterns = [
    path("healthz", probes.health, name="healthz"),
    path("readyz", probes.ready, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("style/", style, name="style"),
    path("admin/", include("trust.desk")),
    *([path("demo/", include("demo.urls"))] if settings.DEMO else []),
    path("accounts/", include("members.accounts")),
    path("", include("members.urls")),
    path("", include("steering.urls")),
    path("", include("newsletters.urls")),
    path("", include("meetings.urls")),
    path("", include("pods.urls")),
    path("", include("partnerships.urls")),
]
