// Disables a form's buttons once it was sent, so that a double click does not act twice.
const enable = (disabled) => (button) => (button.disabled = disabled);
const PATIENCE_MS = 5000; // A download answers without leaving the page: its button comes back.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const buttons = [...form.querySelectorAll("button[type=submit]")];
  // After this turn, so that the pressed button's own value is still sent.
  setTimeout(() => buttons.forEach(enable(true)));
  setTimeout(() => buttons.forEach(enable(false)), PATIENCE_MS);
});

// Coming back with the browser's back button must find the buttons alive.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("button[type=submit]").forEach(enable(false));
});
