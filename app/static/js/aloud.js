// Reads a page aloud when its reader asks: the question, then each answer, the one being read marked. A recording where
// there is one, a voice of the phone itself elsewhere: what is read never leaves the phone. Never starts by itself;
// « read each question » is the reader's own choice, kept on this phone.
const KEPT = "tresse-aloud";
const bar = document.querySelector("[data-aloud]");
const synth = window.speechSynthesis;
let run = 0; // what is being read; another number stops it

const kept = () => {
  try {
    return localStorage.getItem(KEPT) === "1";
  } catch {
    return false; // storage is closed in some private windows
  }
};

function keep(isWanted) {
  try {
    if (isWanted) localStorage.setItem(KEPT, "1");
    else localStorage.removeItem(KEPT);
  } catch {
    // The choice then lasts as long as the page.
  }
}

// A language is spoken by a voice of its first subtag: easy French is French.
const spoken = (node) => (node.closest("[lang]")?.lang || "").toLowerCase().split("-")[0];
const voiceOf = (language) =>
  synth?.getVoices().find(({ localService, lang }) => localService && lang.toLowerCase().split(/[-_]/)[0] === language);

// What is read, in order: a node to mark, and the recording of its words if there is one.
function pieces() {
  const found = [];
  const add = (node, sound) => node?.offsetParent && node.textContent.trim() && found.push({ node, sound });
  const heading = document.querySelector("form > h1");
  if (heading) add(heading);
  for (const block of document.querySelectorAll(".question, .note")) {
    add(block.querySelector("legend, .label, p, h1"), block.querySelector(":scope > .sound"));
    for (const words of block.querySelectorAll(":scope > .error-text, :scope > .hint")) add(words);
    for (const choice of block.querySelectorAll(".choice, .part, .ranked label, .unsaid label"))
      add(choice, choice.closest(".with-media")?.querySelector(".sound"));
  }
  return found;
}

const canRead = ({ node, sound }) => sound || voiceOf(spoken(node));

function play(sound) {
  return new Promise((done, failed) => {
    sound.onended = done;
    sound.onpause = done;
    sound.onerror = failed;
    sound.currentTime = 0;
    sound.play().catch(failed);
  });
}

function say(node) {
  const voice = voiceOf(spoken(node));
  if (!voice) return null;
  return new Promise((done) => {
    const words = new SpeechSynthesisUtterance(node.innerText);
    Object.assign(words, { voice, lang: voice.lang, rate: 0.9, onend: done, onerror: done });
    synth.speak(words);
  });
}

async function read(list) {
  stop();
  const mine = (run += 1);
  label(bar.dataset.stop);
  for (const { node, sound } of list) {
    node.classList.add("reading");
    node.scrollIntoView({ block: "nearest" });
    try {
      await (sound ? play(sound) : say(node));
    } catch (refusal) {
      // The browser waits for a touch before it plays: the button is there. A broken recording is said instead.
      if (refusal?.name !== "NotAllowedError") await say(node);
      else run += 1;
    }
    node.classList.remove("reading");
    if (mine !== run) return label(bar.dataset.listen);
  }
  run += 1;
  return label(bar.dataset.listen);
}

function stop() {
  run += 1;
  synth?.cancel();
  for (const sound of document.querySelectorAll("audio")) sound.pause();
}

const label = (words) => (bar.querySelector("button").textContent = words);
const isReading = () => Boolean(document.querySelector(".reading"));

// A recording beside a choice becomes a small button: its own bar is wide and its words small.
function shorten(sound) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "hear", textContent: "▶" });
  button.setAttribute("aria-label", sound.getAttribute("aria-label"));
  button.onclick = () => read(pieces().filter((piece) => piece.sound === sound));
  sound.after(button);
  sound.hidden = true;
}

function offer() {
  if (!bar.hidden || !pieces().some(canRead)) return;
  const always = bar.querySelector("input");
  bar.hidden = false;
  bar.querySelector("button").onclick = () => (isReading() ? stop() : read(pieces()));
  always.checked = kept();
  always.onchange = () => {
    keep(always.checked);
    if (always.checked) read(pieces());
    else stop();
  };
  if (always.checked) read(pieces());
}

if (bar) {
  document.querySelectorAll(".question > .sound, .note > .sound, .with-media > .sound").forEach(shorten);
  offer();
  // Some browsers know their voices a moment later.
  if (synth) synth.onvoiceschanged = offer;
  // Who answers has heard enough.
  document.addEventListener("change", ({ target }) => target.closest(".question") && stop());
  addEventListener("pagehide", stop);
}
