// Saves each translation as one leaves its field; the button of the form saves them all without this script.
import { Sender } from "./editor/sender.js";

const form = document.getElementById("translation");
const status = form?.querySelector(".editor-status");
const sender = new Sender({
  onState: (word) => {
    status.textContent = status.dataset[word];
    status.classList.toggle("is-late", word === "unsaved" || word === "refused");
  },
});

form?.addEventListener("change", async (event) => {
  const field = event.target;
  if (!field.name.startsWith("t:")) return;
  const only = ["csrf_token", "revision", "from", "to", field.name];
  const answer = await sender.post(form, {}, only);
  if (!answer) return;
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = answer.document.querySelector(`[data-live='${CSS.escape(part.dataset.live)}']`);
    if (other) part.replaceWith(other);
  }
  // A text that somebody else wrote meanwhile: the page that says so is shown.
  const clash = answer.document.querySelector(".text-target .error-text");
  const row = field.closest(".text-row");
  row.querySelector(".error-text")?.remove();
  if (clash) {
    field.before(clash);
    field.setAttribute("aria-invalid", "true");
  } else {
    field.removeAttribute("aria-invalid");
    row.classList.toggle("text-missing", field.value.trim() === "");
    row.querySelector(".badge")?.toggleAttribute("hidden", field.value.trim() !== "");
  }
});
