"""The network somebody asks from, as a key for caps: no address of a visitor is kept."""

from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from trust.addresses import key_of


def network_of(request: HttpRequest) -> bytes:
    """Return the keyed hash of the /24 (IPv4) or /48 (IPv6) a visitor comes from."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except ValueError:
        return key_of("nowhere")
    width = 24 if address.version == 4 else 48
    return key_of(str(ip_network(f"{address}/{width}", strict=False)))
