// One line, always there, that says in words where the answers are and since when.
import { $, format, make } from "./screen.js";

const VISIT = 15 * 60 * 1000;

function whenOf(moment, words) {
  const date = new Date(moment);
  const [hour, minute] = [date.getHours(), `${date.getMinutes()}`.padStart(2, "0")];
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" }).format(date);
  return { day, time: format(words.clock, { hour, minute }) };
}

// Whether who looks is who sent: a shared phone shows nobody the code of somebody else.
export const isSameVisit = ({ id, ended }) => sessionStorage.visit === id || Date.now() - ended < VISIT;

// `trouble`: "portal", "full", "fragile" or nothing.
export function showStatus({ waits }, draft, words, trouble, send) {
  const { sentAt, savedAt, status, receipt, end } = draft;
  const ended = status === "kept" ? status : isSameVisit(draft) ? "receipt" : "sent";
  const name = waits ? "saved" : status ? ended : "stored";
  const moment = waits ? savedAt : sentAt;
  const sentences = moment ? [format(words[name], { ...whenOf(moment, words), code: receipt })] : [];
  if (trouble === "full" || (waits && moment && trouble)) sentences.push(words[trouble]);
  const text = sentences.join(" ");
  let line = $(".kept");
  if (!line) {
    line = make("p", { className: "kept" });
    line.setAttribute("role", "status");
    document.body.prepend(line);
  }
  line.hidden = !text;
  const state = `${text}${navigator.onLine}`;
  if (line.dataset.said === state) return;
  line.dataset.said = state;
  const button = make("button", { type: "button", className: "button button-secondary", textContent: words.now, onclick: send });
  // Without network it would do nothing; who has finished has the button of their page.
  line.replaceChildren(text, ...(waits && !end && navigator.onLine ? [" ", button] : []));
}
