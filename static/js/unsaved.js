// Ask before a page with unsaved words is left: any form marked data-unsaved. What the page has kept counts as saved.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let dirty = false;
  const guard = (event) => { if (dirty) event.preventDefault(); };
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  form.addEventListener("kept", () => { dirty = false; });
  window.addEventListener("beforeunload", guard);
}
