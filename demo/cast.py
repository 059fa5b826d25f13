"""The people whose place a visitor of the demonstration may take, in one press."""

from dataclasses import dataclass

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from demo.mailing_list import address_of, said
from members.models import Member
from pods.models import Appointment

# allauth asks whoever has an authenticator for it; somebody may have tried that out as one of the cast.
SECOND_FACTOR_DONE = {"stages": {"mfa_authenticate": {"handled": True}}}


@dataclass(frozen=True)
class Role:
    """One of the cast. `lands` is where this person would start: desk, pod or me."""

    key: str
    person: str
    role: str
    sentence: str
    lands: str

    @property
    def first_name(self) -> str:
        return self.person.split()[0]

    def member(self) -> Member | None:
        """Return the member, or None where the story is not told or somebody pressed "Forget me"."""
        return Member.objects.filter(email=address_of(self.person), erased_at=None).first()

    def start(self, member: Member) -> str:
        if self.lands == "pod":
            led = Appointment.objects.current().filter(member=member, role=Appointment.Role.LEAD).first()
            if led:
                return reverse("pods:inside", args=[led.group.partnership.slug, led.group.slug])
        return reverse("admin:index" if self.lands == "desk" else "members:me")

    def sign_in(self, request: HttpRequest, member: Member) -> HttpResponse:
        """Sign in through allauth, in a new session that counts as opened with a second factor."""
        logout(request, show_message=False)
        record_authentication(request, member, "mfa", type="demo")
        login = Login(user=member, email_verification="none", redirect_url=self.start(member), state=SECOND_FACTOR_DONE)
        return perform_login(request, login)


def everybody() -> list[Role]:
    return [Role(**role) for role in said("cast")["role"]]


def named(key: str) -> Role | None:
    return next((role for role in everybody() if role.key == key), None)
