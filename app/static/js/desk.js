// Small comforts of the desk; every page works without them.
import "./parts/send-once.js";

const errors = document.querySelector(".errors");
if (errors) errors.focus();

// A tablet that respondents answer on is not asked to clear its storage at signing out (app/offline.py): what the desk keeps goes here.
document.querySelector('form[action$="/sign-out"]')?.addEventListener("submit", () => localStorage.clear());
