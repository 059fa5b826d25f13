// Keep what is written while it is written: a form with data-keeping is posted there ten seconds after the last
// key, and says so in #kept. Without this script, Save does it. A conflict ends it: Save then shows both wordings.
const PAUSE = 10000;

for (const form of document.querySelectorAll("form[data-keeping]")) {
  const says = document.getElementById("kept");
  const wait = () => Number(form.dataset.pause || PAUSE);
  let timer, pressed, typed = 0, ended = false, running = false;

  async function keep() {
    if (ended || running) return;
    running = true;
    const before = typed;
    const data = new FormData(form);
    data.set("press", "save");
    try {
      const answer = await fetch(form.dataset.keeping, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
      const said = await answer.json();
      says.textContent = said.says;
      if (answer.ok) {
        form.elements.version.value = said.version;
        if (typed === before) form.dispatchEvent(new Event("kept"));
      }
      ended = answer.status === 409;
    } catch {
      says.textContent = "Not kept yet: no connection. It is tried again, or press Save.";
      timer = setTimeout(keep, 6 * wait());
    } finally {
      running = false;
      if (pressed) form.requestSubmit(pressed);
    }
  }

  form.addEventListener("input", () => { typed += 1; clearTimeout(timer); timer = setTimeout(keep, wait()); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    ended = true;
    if (!running) return;
    event.preventDefault(); // what is being kept just now gets its answer first, or it would look like somebody else's
    pressed = event.submitter;
  });
}
