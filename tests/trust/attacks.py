"""What is done to the site in the tests of its walls: hostile words in every row, and junk in every form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from re import IGNORECASE, compile

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from trust import ledgers

APPS = ["trust", "partnerships", "members", "mailings", "pods", "meetings", "newsletters", "steering"]
OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]

# Short enough for a field of thirteen characters: it breaks out of an attribute, opens a tag and carries a handler.
LINE = "\"'><x0 onx=1>"
WORDS = (
    f"{LINE}\n\n<script>x0()</script><img src=x onerror=x0()>\n\n[a](javascript:x0()) [b](data:text/html,x0)\n\n"
    "<svg onload=x0()><math><mi xlink:href=javascript:x0()><base href=//x0.example><meta http-equiv=refresh content=0>"
    "<iframe srcdoc=x0></iframe><style>x0{}</style>\n\n--><!--]]></textarea></title></style></script><x0 onx=1>"
    "\n\n{{ settings.SECRET_KEY }}{% debug %}"
)
ADDRESS = "'/onx=x0`@x0.example.org"
URL = "https://x0.example.org/?\"'><x0 onx=1>"

# Text that no person writes: what the code itself reads, by model and field.
CODES = {
    "Cap": "*", "Site": "*", "Suppression": "*", "Asking": "*", "Route": "name used", "Feedback": "status",
    "Entry": "subject subject_id", "Mailing": "key kind purpose when_late in_doubt", "Delivery": "slots key",
    "MailDomain": "selector findings", "Rendition": "*", "Picture": "*", "Group": "ref usual_times", "Action": "ref",
    "Meeting": "ref uid", "Paper": "ref url", "PaperVersion": "file sha256", "DocumentVersion": "file sha256",
    "MeetingChange": "mode", "WorkingWeek": "*", "Import": "content columns counts", "Device": "session_key",
    "JoinRequest": "browser code_hash", "Member": "password key", "Wording": "sha256", "EvidenceBook": "figures",
    "Rules": "*", "HalfTerm": "school_year", "PartnershipName": "from_when until_when", "Revision": "words",
}  # fmt: skip


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model whose text people write."""
    codes = CODES.get(model.__name__, "")
    texts = (models.CharField, models.TextField)
    return [
        each
        for each in model._meta.fields
        if isinstance(each, texts)
        and not isinstance(each, models.SlugField)
        and not each.choices
        and codes != "*"
        and each.name not in {*codes.split(), "seed_key"}
    ]


def hostile(each: models.Field, pk: int) -> str:
    """Return what stands in a field of a row after `fill`: markup as long as the field allows, one of its kind."""
    if isinstance(each, models.URLField):
        return URL
    if "mail" in each.name or each.name in {"organiser", "address", "asked_at_address", "sent_to"}:
        return f"{pk}{ADDRESS}"
    if isinstance(each, models.TextField) and (each.max_length or 9999) > len(WORDS):
        return WORDS
    return f"{LINE}{pk}" if (each.max_length or 99) > len(LINE) + 6 else LINE[: each.max_length]


def fill() -> dict[str, int]:
    """Put hostile words into every text field of every row, past every form; return how many rows by model."""
    filled = {}
    for ledger in ledgers.KEPT:
        ledger.unguard(connection)
    for model in OURS:
        fields = fields_of(model)
        for pk in model._base_manager.values_list("pk", flat=True) if fields else ():
            for each in fields:  # one by one: where a rule of the database holds one, the rest are filled
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=pk).update(**{each.name: hostile(each, pk)})
                        filled[f"{model.__name__}.{each.name}"] = filled.get(f"{model.__name__}.{each.name}", 0) + 1
                except IntegrityError:
                    pass
    for ledger in ledgers.KEPT:
        ledger.guard(connection)
    return filled


TAG = compile(r"<[a-z/!?][^>]*>", IGNORECASE)
ATTRIBUTE = compile(r"""([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")
LEADS = {"href", "src", "action", "formaction", "data", "xlink:href"}
RUNS = ("javascript:", "data:text", "vbscript:", "//x0")


def acts(page: str) -> list[str]:
    """Return the tags of a page that a browser would act on as only an attacker wants."""
    return [tag for tag in TAG.findall(page) if _acts(tag)] + [
        said for said in ("<script>x0", "<style>x0", "x0.example>") if said in page
    ]


def _acts(tag: str) -> bool:
    if tag.startswith("<x0"):
        return True
    for name, value in ATTRIBUTE.findall(tag):
        if name.lower().startswith("on") or name.lower() == "srcdoc":
            return True
        if name.lower() in LEADS and value.strip("\"' \t\n").lower().startswith(RUNS):
            return True
    return False


@dataclass
class Control:
    """A control of a form: what one may choose, and what stands in it."""

    kind: str
    offered: list[str] = field(default_factory=list)
    stands: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page that posts: where to, and its controls by name."""

    action: str
    controls: dict[str, Control] = field(default_factory=dict)

    def as_it_stands(self) -> dict[str, list[str]]:
        return {name: control.stands for name, control in self.controls.items() if control.stands}


class Forms(HTMLParser):
    """The forms of a page that post."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside: Form | None = None
        self.at: Control | None = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(said.get("action", "")) if said.get("method", "").lower() == "post" else None
            self.found += [self.inside] if self.inside else []
        elif self.inside and tag in {"input", "textarea", "select", "button"} and said.get("name"):
            kind = said.get("type", tag)
            control = self.inside.controls.setdefault(said["name"], Control(kind))
            self.at = control if tag in {"select", "textarea"} else None
            if "value" in said:
                control.offered.append(said["value"])
                if kind not in {"radio", "checkbox", "submit", "button"} or "checked" in said:
                    control.stands.append(said["value"])
        elif tag == "option" and self.at:
            self.at.offered.append(said.get("value", ""))
            self.at.stands += [said.get("value", "")] if "selected" in said else []

    def handle_data(self, data):
        if self.at and self.at.kind == "textarea":
            self.at.stands = ["".join([*self.at.stands, data])]

    def handle_endtag(self, tag):
        if tag in {"select", "textarea"}:
            self.at = None
        if tag == "form":
            self.inside = None


SIGNS = (
    "aZ09 \t\r\n\0\x1b\x7f\x85\xa0\u200b\u200d\u202e\u2028\u2066\ufeff\ufffe\uffff\u0130\u0131ßſK\u212aéé\u0301"
    "Ａ＝＋－＠．。ⅷ①🄰😀👩‍👩‍👧\U0010ffff\U000e0001<>\"'&{}%$;:/\\|`~!?*()[]#@,.=+-_^"
)
SAID = (
    "", " ", "0", "-1", "1", "2", "3", "9" * 30, "1e9", "NaN", "0x10", "１２", "٣", "None", "null", "true", "on", "yes",
    "\0", "\ufeff", "../../etc/passwd", "%00%0a%ff", "a\r\nBcc: all@example.org", "=1+1", "{{7*7}}", "{% debug %}",
    "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-11-22T25:61", "24:00", "-1:00", "12:30",
    "2026-12-01", "2026-12-01T16:00", "sam@example.org", "x@" + "y" * 300 + ".org", '"a b"@example.org', "a@b@c",
    "x@\u202eexample.org", "https://example.org/", "javascript:x0()", "http://[::1", "http://\u2028/", "//x0.example",
    "' OR 1=1 --", "pk__in", "_connector", "__class__", "partnership__members", "\U0001f600" * 300, "a" * 20_000,
    "1,2,3", "[1]", '{"a": 1}', "[" * 400, "\u0661", "\u1d7d9", "İ" * 40, "ﬃ" * 90, "\u0344" * 200, "on" * 300,
)  # fmt: skip


def junk(by: Random) -> str:
    """Return something nobody types: of the list, or of hostile signs."""
    return by.choice(SAID) if by.random() < 0.6 else "".join(by.choices(SIGNS, k=by.choice((1, 3, 12, 90))))


def filled_in(form: Form, by: Random) -> dict[str, list[str]]:
    """Return a form as somebody fills it in who means no good: some of it as it should be, so that the rest is read."""
    said: dict[str, list[str]] = {}
    for name, control in form.controls.items():
        keeps = 0.9 if control.kind == "hidden" else 0.4
        if by.random() < keeps and control.offered + control.stands:
            said[name] = [by.choice(control.offered + control.stands)]
        elif by.random() < 0.9:
            said[name] = [junk(by) for _ in range(by.choice((1, 1, 1, 2)))]
    for name in by.sample(EXTRA, 4):
        said.setdefault(name, [junk(by)])
    return said


# What no form asks for, and names that questions in addresses have.
EXTRA = [
    "id", "pk", "of", "wish", "next", "page", "q", "who", "at", "as", "for", "from", "to", "sent", "when", "status",
    "partnership", "member", "is_staff", "is_superuser", "sent_at", "kind", "state", "version", "name", "email", "ref",
    "group", "token", "_save", "_popup", "_to_field", "action", "_selected_action", "form-TOTAL_FORMS", "approved_at",
]  # fmt: skip
ASKED = (
    "q", "region", "place", "priority", "status", "page", "next", "version", "done", "for", "into", "kept",
    "at", "width", "as", "sent", "kind", "of", "interest", "seat", "to", "about", "who", "first_on", "last_on",
    "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "partnership__id__exact",
    "member__email__startswith", "_connector",
)  # fmt: skip
# What makes a careless pattern or parser slow.
HEAVY = tuple(
    (bit * 50_000)[:50_000]
    for bit in ("a", " ", "a@", "[", "](", "*_", "<", "&amp;", "\n", ".", "1", "é", "a.", "\t\r\n", "../", "{{", "://")
)


def rows_of(partnership: models.Model) -> dict[str, list]:
    """Return every row that belongs to a partnership, and its people, as they stand."""
    found = {"partnership": [_row(partnership)]}
    for model in OURS:
        names = {each.name for each in model._meta.fields}
        if "partnership" in names:
            found[model.__name__] = list(model._base_manager.filter(partnership=partnership.pk).order_by("pk").values())
    people = apps.get_model("members.Member")._base_manager
    found["people"] = list(people.filter(memberships__partnership=partnership.pk).order_by("pk").values())
    return found


def _row(thing: models.Model) -> dict:
    return type(thing)._base_manager.filter(pk=thing.pk).values().get()
