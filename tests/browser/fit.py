"""What is wrong with a page for a finger, an eye or a screen reader: axe-core, small targets, sideways scroll."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

THEMES = ("light", "night", "contrast")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

# A control counts with its labels and with a larger target laid under it (::after). Left out are a link within a line
# of running text, which cannot be taller than its line (WCAG 2.5.8 leaves it out too), and the skip link, which only a
# keyboard brings to the screen.
TOO_SMALL = """() => [...document.querySelectorAll(
    "a[href], button, summary, input:not([type=hidden]), select, textarea, [role=button], [tabindex='0']")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(".skip"))
  .filter((each) => !(each.matches("a") && getComputedStyle(each).display === "inline"
    && [...each.parentNode.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())))
  .map((each) => {
    const boxes = [each, ...(each.labels || [])].map((one) => one.getBoundingClientRect()).filter((b) => b.width > 2);
    const under = getComputedStyle(each, "::after");
    const laid = under.content !== "none" && under.position === "absolute";
    const own = (from, to) => Math.max(...boxes.map((box) => box[to])) - Math.min(...boxes.map((box) => box[from]));
    const long = (from, to, size) => Math.max(own(from, to), laid ? parseFloat(under[size]) || 0 : 0);
    return [each, long("left", "right", "width"), long("top", "bottom", "height")];
  })
  .filter(([, wide, high]) => wide < 43.9 || high < 43.9)
  .map(([each, wide, high]) => {
    const name = (each.getAttribute("aria-label") || each.textContent || each.name).trim().replace(/\\s+/g, " ");
    return `${each.tagName.toLowerCase()} "${name.slice(0, 40)}" is ${Math.round(wide)} x ${Math.round(high)}`;
  })"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Folds of the page itself; a menu lies over the page and would hide what is under it.
UNFOLD = "() => { for (const fold of document.querySelectorAll('details:not([data-menu])')) fold.open = true; }"

# The contrast of texts is by far the slowest rule, and equal texts on equal grounds have equal contrast: one of each
# is asked, and of each kind of field, whose text is no node of the page. What was asked on an earlier page is known.
ONE_OF_EACH = """(known) => {
  const kinds = new Map();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const owners = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
  while (words.nextNode()) if (words.currentNode.textContent.trim()) owners.push(words.currentNode.parentElement);
  for (const own of owners) {
    if (!own.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(own);
    const key = [style.color, style.fontSize, style.fontWeight];
    for (let each = own; each; each = each.parentElement) {
      const ground = getComputedStyle(each);
      key.push(ground.backgroundColor, ground.backgroundImage, ground.opacity);
      if (ground.backgroundColor.startsWith("rgb(") || each.matches("dialog")) break;
    }
    if (!kinds.has(key.join())) kinds.set(key.join(), own);
  }
  for (const key of known) kinds.delete(key);
  return kinds;
}"""
TOLD = """.violations.flatMap((rule) => rule.nodes.map((node) =>
    `axe ${rule.id}: ${node.target.join(" ")} ${node.failureSummary.replace(/\\s+/g, " ").slice(0, 200)}`))"""
# Under an open menu the targets of the page are partly covered, for as long as it is open: they are not measured then.
AXE = f"""async (tags) => (await axe.run(document, {{
    runOnly: {{ type: "tag", values: tags }}, resultTypes: ["violations"],
    rules: {{ "color-contrast": {{ enabled: false }},
              "target-size": {{ enabled: !document.querySelector("details[data-menu][open]") }} }} }})){TOLD}"""
CONTRAST = f"""async (known) => {{
  const kinds = ({ONE_OF_EACH})(known);
  if (!kinds.size) return [[], []];
  const found = await axe.run({{ include: [...kinds.values()] }},
    {{ runOnly: ["color-contrast"], resultTypes: ["violations"] }});
  return [found{TOLD}, [...kinds.keys()]];
}}"""


def unfold(page: Page) -> None:
    """Open every fold of the page, so that what lies in it is looked at too."""
    page.evaluate(UNFOLD)


def faults_for_fingers(page: Page, *sizes: tuple[int, int]) -> list[str]:
    """Sideways scroll and too small targets at each size; the page is left at the first."""
    faults = []
    for width, height in (*sizes[1:], *sizes[:1]):
        page.set_viewport_size({"width": width, "height": height})
        wider = page.evaluate(SIDEWAYS)
        faults += [f"{width} px: scrolls sideways by {wider} px"] if wider > 0 else []
        faults += [f"{width} px: {fault}" for fault in page.evaluate(TOO_SMALL)]
    return faults


_well_seen: set[str] = set()  # kinds of text, by colour, size and ground, that can be read


def faults_for_everybody(page: Page, themes: tuple[str, ...] = THEMES) -> list[str]:
    """Axe's violations of WCAG 2.0 to 2.2, A and AA, with the contrast in every theme; the page keeps its theme."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    faults = page.evaluate(AXE, list(TAGS))
    before = page.evaluate("document.documentElement.dataset.theme || 'light'")
    for theme in (*(each for each in themes if each != before), before):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        found, asked = page.evaluate(CONTRAST, list(_well_seen))
        faults += [f"{theme}: {fault}" for fault in found]
        if not found:
            _well_seen.update(asked)
    return faults
