// Ask before a page with unsaved words is left: any form marked data-unsaved.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let dirty = false;
  const guard = (event) => { if (dirty) event.preventDefault(); };
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", guard);
}
