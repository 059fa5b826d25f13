"""One message to many people, every recipient accounted for: the sending engine, and the site's outbox.

How one mail gets from a row to a relay:

* `outbox` (a single mail, a Letter) and `Mailing.schedule` with `preparation` (a bulk kind) make rows:
  a Mailing, the Rendition of its text, and one Delivery for each person. The database is the queue;
  Celery (`tasks`, `alarm`) only wakes somebody, and `sweep` finds what nobody was woken for.
* A `shift` in some process begins a `run`: one row in Sender (its `registration`), one `journal`, one thread
  that owns the database and a `crew` that owns the connections: one more thread drives them all (`exchange`,
  `wire` on its `connection`), or one each where a way out is no SMTP (`threads`, `plain`).
* Each `cycle` is one short transaction: it writes what the crew found out (`verdicts`), asks again who
  may be written to (`due`), and hands over the next rows. No transaction is open while a relay is spoken to.
* The crew fills the rendition (`message` makes it, `blank` and `slots` fill it), writes `H` into the journal
  before a body begins and `A` after the relay's 250. `replies` says what any other answer means.
* When a run dies, `replay` reads its journal: accepted is sent, not begun goes back, and only what was
  on the wire in between is in doubt; at most one mail for each open connection. Marketing mail in doubt
  waits for a person and is shown by name; service mail goes again under the same Message-ID.
* Afterwards `account` says what became of everybody, and `missed` plans the same words for those it did not reach.

What is promised when things break, and what is not:

| Fault | Lost | Twice in silence | In doubt, at most |
|---|---|---|---|
| A process killed at any moment, its journal readable | 0 | 0 | one for each open connection |
| A graceful stop, a database restarted, Redis gone, a task repeated or dropped | 0 | 0 | 0 |
| A connection cut between the final dot and its answer | 0 | 0 | 1; after three in a row marketing waits |
| A process frozen for longer than its lease, and woken | 0 | 0 (service: the same Message-ID) | the rows in hand |
| Journal or host gone, power cut | 0 | 0 | the rows in hand, 256 |
| A database restored, moved or cloned | nothing leaves by itself | 0 | all rows that were open |

Not promised: a virtual machine rolled back while sending, or a database that loses commits. That the
relay really delivers is outside: "handed over" is all these pages say.
"""
