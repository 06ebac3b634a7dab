// Keys a sheet of paper in without leaving the keyboard: Enter and arrows go from field to field, passing over what
// earlier answers leave aside; each change is kept by the server, which says what it understood.
const form = document.querySelector("form.keying");
const kept = form.querySelector("[data-kept]");
const PAUSE = 400;
const RETRY = 5000;
let waiting = 0;
let running = null;
let dirty = false;

const fields = () => [...form.querySelectorAll(".keyed")];
const entryOf = (row) => row.querySelector("input, textarea");
const rowOf = (entry) => entry.closest(".keyed");

function go(from, step) {
  const rows = fields();
  let place = rows.indexOf(rowOf(from)) + step;
  while (rows[place] && rows[place].classList.contains("is-off")) place += step;
  if (rows[place]) {
    const entry = entryOf(rows[place]);
    entry.focus();
    if (entry.select) entry.select();
  } else if (step > 0) {
    form.querySelector("button[value=finish]").focus();
  }
}

function show({ fields: found, saved }) {
  for (const row of fields()) {
    const said = found[row.dataset.field];
    if (!said) continue;
    row.classList.toggle("is-off", said.is_off);
    write(row.querySelector(".keyed-meaning"), said.meaning);
    write(row.querySelector(".error-text"), said.problem);
    write(row.querySelector(".keyed-warning"), said.warning);
    row.querySelector(".keyed-surplus").hidden = !said.has_surplus;
    entryOf(row).setAttribute("aria-invalid", String(Boolean(said.problem)));
  }
  write(kept, saved);
}

// A text that did not change is not said again by screen readers.
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// One sender: who asks while it works gets the answer to what was typed until then.
function keep() {
  clearTimeout(waiting);
  running ||= sendAll().finally(() => {
    running = null;
  });
  return running;
}

async function sendAll() {
  do {
    dirty = false;
    if (!(await send())) {
      dirty = true;
      waiting = setTimeout(keep, RETRY);
      return;
    }
  } while (dirty);
}

async function send() {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) {
      write(kept, said.error || form.dataset.unkept);
      return false;
    }
    show(said);
    return true;
  } catch {
    // No network, or signed out meanwhile: what was typed stays on the page, and is sent again.
    write(kept, form.dataset.unkept);
    return false;
  }
}

function changed() {
  dirty = true;
  clearTimeout(waiting);
  waiting = setTimeout(keep, PAUSE);
}

form.addEventListener("input", (event) => {
  changed();
  const entry = event.target;
  // One sign is the whole answer: the next question is under the fingers at once, once the server said which it is.
  if ("jumps" in entry.dataset && /^[0-9?]$/.test(entry.value)) {
    keep().then(() => document.activeElement === entry && go(entry, 1));
  }
});

form.addEventListener("keydown", (event) => {
  const entry = event.target;
  if (!entry.matches("input:not([type=hidden]), textarea")) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    dirty = false;
    form.requestSubmit(form.querySelector("button[value=finish]"));
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    // What this answer leaves aside is passed over only when the server has said so.
    (dirty ? keep() : Promise.resolve()).then(() => go(entry, 1));
  } else if (event.key === "ArrowDown" && entry.tagName === "INPUT") {
    event.preventDefault();
    go(entry, 1);
  } else if (event.key === "ArrowUp" && entry.tagName === "INPUT") {
    event.preventDefault();
    go(entry, -1);
  }
});

form.addEventListener("submit", () => {
  clearTimeout(waiting);
  dirty = false;
});

addEventListener("beforeunload", (event) => {
  if (dirty || running) event.preventDefault();
});

const first = fields().find((row) => !row.classList.contains("is-off") && !entryOf(row).value);
if (first) entryOf(first).focus();
