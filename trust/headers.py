"""The headers of every answer. No page holds inline code, so no nonce and no exception is needed."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from trust.tokens import DOORS

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}
PERMISSIONS = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)


def policy(**changes: str) -> str:
    """Return the Content-Security-Policy of a page, with directives changed (`img_src=...`)."""
    directives = CSP | {name.replace("_", "-"): value for name, value in changes.items()}
    if settings.SECURE:
        directives["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


# A built mail shown in <iframe sandbox>: its own styles, this site's pictures, and nothing else.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox; frame-ancestors 'self'"
# The addresses that carry a token: the next page must not learn it. Not "no-referrer", under which browsers
# send "Origin: null" with the page's own forms, so that nobody could press Leave (ADR 10).
TOKEN_PATHS = tuple(f"/{door}/" for door in DOORS)


PROBES = ("/healthz", "/readyz", "/metrics")  # asked from inside the machine, without a certificate


class SecurityHeaders:
    """Lead to https, on SITE_URL and never on the host that was asked; set what a view has not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE and not request.is_secure() and request.path not in PROBES:
            return HttpResponsePermanentRedirect(settings.SITE_URL + request.get_full_path())
        response = self.get_response(request)
        carries_token = request.path.startswith(TOKEN_PATHS)
        private = carries_token or request.path.startswith(("/admin/", "/accounts/", "/me/"))
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin" if carries_token else "strict-origin-when-cross-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        if "frame-ancestors 'self'" not in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        if settings.SECURE:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if private:
            headers.setdefault("X-Robots-Tag", "noindex")
            headers.setdefault("Cache-Control", "private, no-store")
        return response
