"""A plan from a spreadsheet: line by line what would happen, then the same; and out again."""

import pytest
from django.urls import reverse

from lcep.site import today
from steering.models import Action

HEADER = "Priority,Objective,Action,Owner,Due,Status,Comment"
DUE = f"3 December {today().year + 1}"
LINES = f"""{HEADER}
Advocacy and Access,Every school knows whom to ask,Ask ten schools,Cho Oakapple,{DUE},Amber,We need a room
,,Write one page,Youth Voice,2027-02-30,Green,
,,Write one page,Youth Voice,,Green,It goes well
,A second aim,Visit two areas,Somebody Else,,,
Sport,An aim,Something,,,,
,An aim,Something,,,,
Advocacy & Access,A third aim,Meet,,,Red,
Access,A third aim,Meet Sol Bramble,,,,
"""


@pytest.fixture
def page(leeds):
    return reverse("steering:plan_import", args=[leeds.slug])


def test_every_line_says_what_would_happen_and_nothing_does(as_member, cho, sol, pod, priority, page):
    shown = as_member(cho).post(page, {"pasted": LINES}).content.decode()
    assert "Nothing has changed yet." in shown and Action.objects.count() == 0
    assert "3 lines are new" in shown and "5 cannot be taken" in shown
    assert "2027-02-30 is no day we can read" in shown.replace("&#x27;", "'")
    assert "nobody round the table, called Somebody Else: nobody owns it yet" in shown
    assert "There is no priority called Sport" in shown and "Sol Bramble is named in it" in shown
    assert "Where help is needed, a sentence says with what" in shown


def test_then_the_same_happens_and_only_once(as_member, cho, sol, pod, priority, page):
    for _ in range(2):
        as_member(cho).post(page, {"pasted": LINES, "wish": "do"})
    rows = {action.title: action for action in Action.objects.with_standing()}
    assert set(rows) == {"Ask ten schools", "Write one page", "Visit two areas"}
    first = rows["Ask ten schools"]
    assert (first.owner, first.state, first.words) == (cho, "help", "We need a room") and first.due_on.month == 12
    assert rows["Write one page"].group == pod and rows["Write one page"].state == "on-track"


@pytest.mark.parametrize(
    "content",
    [
        "Priority;Objective;Action\nAccess;Aim;Café\n".encode("cp1252"),
        "Priority\tObjective\tAction\nAccess\tAim\tCafé\n".encode("utf-16"),
        b"\xef\xbb\xbf" + '"Priority","Objective","Action"\r\n"Access","Aim","Café"\r\n'.encode(),
    ],
)
def test_files_as_the_programs_of_the_world_write_them(as_member, cho, priority, page, content, tmp_path):
    file = tmp_path / "plan.csv"
    file.write_bytes(content)
    with file.open("rb") as opened:
        shown = as_member(cho).post(page, {"file": opened}).content.decode()
    assert "Café" in shown and "1 line is new" in shown


@pytest.mark.parametrize("pasted", ["", "\0", '"open', "x" * 20_001])
def test_what_cannot_be_read_is_said(as_member, cho, priority, page, pasted):
    answer = as_member(cho).post(page, {"pasted": pasted})
    assert answer.status_code in {200, 422} and Action.objects.count() == 0


def test_it_goes_out_and_comes_back_as_it_was(as_member, cho, pod, objective, leeds, page):
    Action.begin(objective, "=1+1", by=cho, group=pod, state="help", text="Where?", due_on=today())
    out = as_member(cho).get(reverse("steering:plan_export", args=[leeds.slug])).content.decode("utf-8-sig")
    assert "'=1+1" in out  # no spreadsheet works it out
    shown = as_member(cho).post(page, {"pasted": out}).content.decode()
    assert "0 lines are new" in shown and "1 stands on the plan already" in shown
