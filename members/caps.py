"""How many codes may go out, to join and to sign in: per address, per domain and per network, counted in rows."""

from datetime import timedelta

from django.http import HttpRequest

from trust.addresses import key_of
from trust.models import Cap
from trust.networks import network_of

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)


def to_sign_in(request: HttpRequest, address: str) -> bool:
    """Count one more code to sign in with, to a compared address, and say whether it may go.

    Anybody may ask in anybody's name. Whoever does so reaches the limit of the network they ask from, so that the
    person themselves still gets a code elsewhere; what one address gets in a day has a limit of its own.
    """
    here = key_of(f"{address} {network_of(request).hex()}")
    from_here = [Cap.take("sign-in: hour", here, 6, HOUR), Cap.take("sign-in: day", here, 12, DAY)]
    return all(from_here) and Cap.take("sign-in: address", key_of(address), 36, DAY)


def codes(request: HttpRequest, address: str) -> bool:
    """Count one more code to a compared address and say whether it may go.

    The address is what list bombers attack (Spamhaus 2016), so it has the lowest caps; a staff room that
    joins after a talk shares a network and a domain, so those are wide.
    """
    key, domain = key_of(address), key_of(address.rpartition("@")[2])
    taken = [
        Cap.take("code: address, hour", key, 5, HOUR),
        Cap.take("code: address, day", key, 10, DAY),
        Cap.take("code: address, month", key, 30, MONTH),
        Cap.take("code: domain", domain, 400, HOUR),
        Cap.take("code: network", network_of(request), 120, HOUR),
        Cap.take("code: everybody", "site", 3000, HOUR),
    ]
    return all(taken)
