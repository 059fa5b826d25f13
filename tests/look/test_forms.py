"""Forms as the pack lays them out: label, hint, error before the control, and a summary that leads there."""

import html5lib
import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

pytestmark = pytest.mark.once


class Question(forms.Form):
    name = forms.CharField(
        help_text="As on a badge",
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    nickname = forms.CharField(required=False)
    colour = forms.ChoiceField(
        choices=[("red", "Red"), ("blue", "Blue")],
        widget=forms.RadioSelect,
        help_text="Any",
        error_messages={"required": "Choose a colour"},
    )
    tick = forms.BooleanField(required=False, label="Also this", help_text="A few each term")
    many = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.data.get("name") == "both":
            raise forms.ValidationError("These two do not go together")
        return super().clean()


def drawn(form):
    html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def by_id(tree, id):
    found = [element for element in tree.iter() if element.get("id") == id]
    assert len(found) == 1, f"{len(found)} elements with the id {id}"
    return found[0]


def text(element):
    return " ".join("".join(element.itertext()).split())


def test_label_hint_and_control_stand_in_that_order():
    field = by_id(drawn(Question()), "div_id_name")
    assert [child.tag for child in field] == ["label", "p", "input"]
    assert field[0].get("for") == "id_name"
    assert field[2].get("aria-describedby") == field[1].get("id") == "id_name_helptext"
    assert field[2].get("autocomplete") == "name"


def test_an_error_stands_before_its_control_and_is_announced_with_it():
    field = by_id(drawn(Question({"colour": "red"})), "div_id_name")
    assert [child.tag for child in field] == ["label", "p", "p", "input"]
    assert text(field[2]) == "Error: Enter your name"
    assert field[3].get("aria-describedby").split() == ["id_name_helptext", "id_name_error"]
    assert field[3].get("aria-invalid") == "true"


def test_the_summary_takes_the_focus_and_leads_to_each_control_in_its_own_words():
    tree = drawn(Question({"name": ""}))
    summary = by_id(tree, "error-summary")
    assert summary.get("role") == "alert" and summary.get("tabindex") == "-1"
    links = {link.get("href"): text(link) for link in summary.iter("a")}
    assert links == {"#id_name": "Enter your name", "#id_colour_0": "Choose a colour"}
    for address in links:
        assert by_id(tree, address[1:]).tag == "input"


def test_what_is_wrong_with_the_whole_form_is_in_the_summary():
    assert "These two do not go together" in text(
        by_id(drawn(Question({"name": "both", "colour": "red"})), "error-summary")
    )


def test_no_summary_without_an_error():
    assert "error-summary" not in [element.get("id") for element in drawn(Question()).iter()]


def test_radios_and_ticks_are_one_question_with_a_legend():
    group = by_id(drawn(Question({"name": "Ada"})), "div_id_colour")
    assert group.tag == "fieldset" and text(group.find("legend")) == "Colour"
    assert group.get("aria-describedby").split() == ["id_colour_helptext", "id_colour_error"]
    for option in group.iter("input"):
        assert [label for label in group.iter("label") if label.get("for") == option.get("id")]


def test_only_what_may_be_left_out_is_marked():
    tree = drawn(Question())
    assert text(by_id(tree, "div_id_nickname").find("label")) == "Nickname (optional)"
    assert text(by_id(tree, "div_id_name").find("label")) == "Name"
    assert "(optional)" not in text(by_id(tree, "div_id_many"))


def test_a_single_tick_has_its_label_after_it():
    field = by_id(drawn(Question()), "div_id_tick")
    box, label = by_id(field, "id_tick"), next(field.iter("label"))
    assert text(label) == "Also this A few each term"
    assert box.get("aria-describedby") == "id_tick_helptext"


def test_what_people_type_is_escaped():
    form = Question({"name": "<script>alert(1)</script>", "colour": "<b>"})
    html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))
    assert "<script>" not in html and "<b>" not in html


def test_a_laid_out_form_keeps_its_summary_fields_and_buttons():
    form = Question({"name": ""})
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("You", "name", css_id="you"),
        Div("colour", css_class="row"),
        "tick",
        ButtonHolder(Submit("go", "Save")),
    )
    form.helper.add_input(Submit("skip", "Skip", css_class="quiet"))
    tree = html5lib.parseFragment(render_crispy_form(form), namespaceHTMLElements=False)
    assert tree[0].tag == "form" and "novalidate" in tree[0].attrib
    assert by_id(tree, "error-summary") is not None
    assert text(by_id(tree, "you").find("legend")) == "You"
    buttons = {text(button): button.get("class").split() for button in tree.iter("button")}
    assert buttons == {"Save": ["button"], "Skip": ["button", "quiet"]}


@pytest.mark.parametrize("data", [None, {"name": ""}])
def test_a_formset_is_drawn_too(data):
    formset = forms.formset_factory(Question, extra=2)()
    formset.helper = FormHelper()
    html = Template("{% load crispy_forms_tags %}{% crispy formset formset.helper %}").render(
        Context({"formset": formset})
    )
    assert html.count('name="form-0-name"') == 1 and "form-TOTAL_FORMS" in html
