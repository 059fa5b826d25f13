"""What axe finds on a page: one line for each rule that is broken, none where all is well."""

from axe_playwright_python.sync_playwright import Axe

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = [*WCAG, "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that another scheme can change
LET_IN = "() => 'axe' in window"
# The desk's colours glide. Waiting for their end takes for ever where the browser paints no more frames.
SETTLED = """() => document.getAnimations().forEach(
    each => isFinite(each.effect.getComputedTiming().endTime) ? each.finish() : each.cancel()
)"""


def faults(page, rules: list[str] | dict = EVERYTHING) -> list[str]:
    """Return each broken rule of a page at rest: its name, what it asks, and the first three places."""
    page.evaluate(SETTLED)
    # Its half a megabyte is sent once to each page.
    axe = Axe(axe_script="null") if page.evaluate(LET_IN) else Axe()
    # Without resultTypes axe also tells, at length, what is right: twice the time.
    report = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:120]}" for node in rule["nodes"][:3])
        for rule in report.response["violations"]
    ]
