// A row of buttons above each textarea with data-markdown. One of them is reached with Tab, the others from there
// with the arrow keys (ARIA toolbar); Ctrl or Cmd with B, I and K does the same from within the words.
const ACTS = [
  ["Bold", "b", (text) => around(text, "**", "**", "bold words")],
  ["Italic", "i", (text) => around(text, "*", "*", "words in italics")],
  ["Link", "k", link],
  ["Heading", "", (text) => before(text, () => "### ")],
  ["List", "", (text) => before(text, () => "- ")],
  ["Numbers", "", (text) => before(text, (at) => `${at + 1}. `)],
  ["Quotation", "", (text) => before(text, () => "> ")],
];

function put(text, words, from, to) {
  text.focus();
  // insertText keeps the browser's own Undo; where it is gone, the words are set.
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const end = text.selectionEnd - words.length;
  text.setSelectionRange(end + from, end + to);
}

function around(text, left, right, example) {
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd) || example;
  put(text, left + chosen + right, left.length, left.length + chosen.length);
}

function link(text) {
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd) || "what it leads to";
  const words = `[${chosen}](https://)`;
  put(text, words, words.length - 1, words.length - 1);
}

function before(text, sign) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  text.setSelectionRange(start, text.selectionEnd);
  const lines = text.value.slice(start, text.selectionEnd).split("\n").map((line, at) => sign(at) + line).join("\n");
  put(text, lines, lines.length, lines.length);
}

function bar(text) {
  const named = document.querySelector(`label[for="${text.id}"]`);
  const section = text.closest("fieldset")?.querySelector("legend");
  const row = document.createElement("div");
  row.className = "toolbar";
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-controls", text.id);
  row.setAttribute("aria-label", `Formatting: ${[section, named].filter(Boolean).map((each) => each.firstChild.textContent.trim()).join(", ")}`);
  const buttons = ACTS.map(([label, key, act], at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.tabIndex = at ? -1 : 0;
    if (key) button.setAttribute("aria-keyshortcuts", `Control+${key.toUpperCase()}`);
    button.addEventListener("click", () => act(text));
    row.append(button);
    return button;
  });
  row.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = Math.min(Math.max(buttons.indexOf(document.activeElement) + step, 0), buttons.length - 1);
    for (const each of buttons) each.tabIndex = each === buttons[at] ? 0 : -1;
    buttons[at].focus();
  });
  text.addEventListener("keydown", (event) => {
    const act = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && ACTS.find(([, key]) => key === event.key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act[2](text);
  });
  text.before(row);
}

for (const text of document.querySelectorAll("textarea[data-markdown]")) bar(text);
