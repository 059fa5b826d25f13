"""The ledger of consents is append-only in the database itself: what somebody agreed to is never rewritten."""

from trust.ledgers import Ledger

CONSENTS = Ledger("members_consent", "Consents are only ever added")
guard, unguard = CONSENTS.guard, CONSENTS.unguard
