// Passkeys: show what needs one only where the browser knows them, and say in words when a device gives none.
for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = !window.PublicKeyCredential;

function sayThatNoneCame() {
  const words = document.querySelector("[data-no-passkey]");
  words.hidden = false;
  words.focus();
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  sayThatNoneCame();
});

// The page to sign in on stays light: what talks to the device comes with the first press, which is then pressed again.
const door = document.querySelector("[data-passkey-scripts]");

function loaded(address) {
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject }));
  });
}

async function unlock(event) {
  event.preventDefault();
  try {
    for (const address of door.dataset.passkeyScripts.split(" ")) await loaded(address);
  } catch {
    return sayThatNoneCame();
  }
  window.allauth.webauthn.forms.loginForm({ ids: { login: door.id, credential: door.form.elements.credential.id } });
  door.click();
}

door?.addEventListener("click", unlock, { once: true });
