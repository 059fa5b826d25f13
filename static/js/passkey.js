// Passkeys: show what needs one only where the browser knows them, and say in words when a device gives none.
for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = !window.PublicKeyCredential;

document.addEventListener("allauth.error", (event) => {
  const words = document.querySelector("[data-no-passkey]");
  if (!words) return;
  event.preventDefault();
  words.hidden = false;
  words.focus();
});
