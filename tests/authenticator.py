"""What an authenticator app shows, as the tests read it."""

import time

from allauth.mfa.totp.internal import auth as totp


def number_shown_for(secret: str) -> str:
    """The number of now for the letters under the square; not one about to be over, which nobody would type either."""
    while time.time() % totp.app_settings.TOTP_PERIOD > 18:
        time.sleep(0.2)
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
