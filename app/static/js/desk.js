// Small comforts of the desk; every page works without them.
import "./parts/send-once.js";

const errors = document.querySelector(".errors");
if (errors) errors.focus();
