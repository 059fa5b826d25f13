// Move the bar of a mailing on its way, and say so; without this script, reloading the page does the same.
const bar = document.querySelector("progress[data-progress]");
const label = bar && document.querySelector(`label[for="${bar.id}"]`);
const stands = document.getElementById("where-it-stands");
let wait = 2000;

async function look() {
  try {
    const answer = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const { done, prepared, is_over, sentence } = await answer.json();
    if (is_over) return location.reload();
    bar.value = done;
    bar.max = prepared;
    label.textContent = `${done} of ${prepared}`;
    if (stands.textContent.trim() !== sentence) stands.textContent = sentence;
    wait = 2000;
  } catch {
    wait = Math.min(wait * 2, 60000);
  }
  setTimeout(() => { document.hidden ? document.addEventListener("visibilitychange", look, { once: true }) : look(); }, wait);
}

if (bar) setTimeout(look, wait);
