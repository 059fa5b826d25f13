"""A member of a group chooses what it writes to them."""

from django.urls import reverse

from meetings import audience


def test_everything_only_dates_or_nothing(as_member, leeds, pod, ada, ben):
    browser, inside = as_member(ben), reverse("pods:inside", args=[leeds.slug, pod.slug])
    assert 'value="all" checked' in browser.get(inside).content.decode()
    address = reverse("pods:membership", args=[leeds.slug, pod.slug])
    for choice, told in [("dates", 2), ("none", 1), ("everything", 1), ("all", 2)]:
        browser.post(address, {"hear": choice})
        assert audience.count_of(pod) == told, choice
    assert pod.has_member(ben)
