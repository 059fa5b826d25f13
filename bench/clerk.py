"""Inside the site that `bench.engine` measures: plan mailings and count them, or write as a page does.

python -m bench.clerk RECIPIENTS    invents people, then obeys the lines on stdin and answers each in JSON
python -m bench.clerk               writes fifty times a second until a line comes, and says how long each took
"""

import json
import os
import pathlib
import sys
import threading
import time


def clerk(recipients: int) -> None:
    """Invent people once; then plan, prepare and count mailings as told on stdin."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
    django.setup()
    from datetime import timedelta

    from django.db.models import Count, F, Max, Min

    from lcep.letters import Kind, Letter
    from mailings import alarm
    from mailings.models import Delivery, Mailing
    from mailings.rehearsal import KIND, Rehearsal

    crowd = Rehearsal(recipients, "127.0.0.1:1")
    crowd._invent()
    codes = Kind("bench code", "A code of a bench", 0, timedelta(minutes=30), secret=True)
    for number, line in enumerate(sys.stdin):
        order, _, argument = line.strip().partition(" ")
        answer: dict = {}
        if order == "plan":
            mailing = Mailing.schedule(
                KIND, key=f"bench-{number}-{time.time()}", partnership=crowd.partnership, subject="A rehearsal",
                delay=timedelta(hours=5),
            )  # fmt: skip
            Mailing.objects.filter(pk=mailing.pk).update(state="preparing")
            began = time.monotonic()
            mailing.prepare()
            if argument:  # fewer than all: the others are as if they had left
                extra = mailing.deliveries.order_by("id").values_list("pk", flat=True)[int(argument) :]
                Delivery.objects.filter(pk__in=list(extra)).update(state="skipped")
            alarm.ring()
            alarm.ring()
            prepared = mailing.deliveries.filter(state__in=["queued", "handed", "sent"]).count()
            answer = {"mailing": mailing.pk, "prepared": prepared, "seconds": time.monotonic() - began}
        elif order == "account":
            rows = Delivery.objects.filter(mailing=argument)
            states = dict(rows.order_by().values_list("state").annotate(Count("id")))
            sent = rows.filter(state="sent").aggregate(first=Min("handed_at"), last=Max("finished_at"))
            waiting = sum(states.get(state, 0) for state in ("queued", "handed", "uncertain"))
            seconds = 0 if waiting else (sent["last"] - sent["first"]).total_seconds()
            answer = {"waiting": waiting, "sent": states.get("sent", 0), "seconds": seconds}
        elif order == "code":
            Letter(codes, f"somebody{number}@example.org", "Your code", "123456").send()
        elif order == "waits":
            mine = Delivery.objects.filter(mailing__kind=codes.name, state="sent")
            waits = [wait.total_seconds() for wait in mine.values_list(F("finished_at") - F("due_at"), flat=True)]
            left = Delivery.objects.filter(mailing__kind=KIND.name, state="queued").update(state="skipped")
            answer = {"waits": waits, "left": left}
        elif order == "mail":
            delivery = Delivery.objects.select_related("mailing__rendition").latest("id")
            from mailings.blank import Blank

            pathlib.Path(argument).write_bytes(Blank(delivery.mailing.rendition.body).fill(delivery))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def writer() -> None:
    """Write as a page does, 50 times a second, until stdin says stop; print when each began and the seconds it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
    django.setup()
    from django.db import transaction

    from members.models import Member

    someone = Member.objects.first()
    writes: list[tuple[float, float]] = []
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stopping.set()), daemon=True).start()
    while not stopping.is_set():
        began = time.monotonic()
        with transaction.atomic():
            Member.objects.filter(pk=someone.pk).update(sector=str(len(writes) % 7))
        writes.append((began, time.monotonic() - began))
        time.sleep(0.02)
    sys.stdout.write(json.dumps(writes))


if __name__ == "__main__":
    clerk(int(sys.argv[1])) if len(sys.argv) > 1 else writer()
