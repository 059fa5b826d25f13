"""Signing in by a mailed code, through allauth."""
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import RequestLoginCodeForm


class Backend(AuthenticationBackend):
    pass


class Adapter(DefaultAccountAdapter):
    pass


class AddressForm(RequestLoginCodeForm):
    pass
