// Words, sentences and positions inside a turn. Positions of the server are Unicode code points,
// those of the browser UTF-16 units: they differ only in turns that hold characters beyond the first plane.

const WORD = /[\p{L}\p{N}\p{M}_]+(?:['’\-‑][\p{L}\p{N}\p{M}_]+)*['’]?/gu;
const SENTENCE = /[^.!?…]+[.!?…]*[\s»"”)\]]*/gu;

/** Return the words of a text as {start, end}, in UTF-16 units. */
export function wordsOf(text) {
  return [...text.matchAll(WORD)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Return the sentences of a text as {start, end} without the spaces around them. */
export function sentencesOf(text) {
  const sentences = [];
  for (const match of text.matchAll(SENTENCE)) {
    const said = match[0].trim();
    if (said) {
      const start = match.index + match[0].indexOf(said);
      sentences.push({ start, end: start + said.length });
    }
  }
  return sentences.length ? sentences : [{ start: 0, end: text.length }];
}

/** Widen to the words that the ends cut, then leave out spaces at both ends; null when nothing is left. */
export function snap(text, start, end) {
  for (const word of wordsOf(text)) {
    if (word.start < start && start < word.end) start = word.start;
    if (word.start < end && end < word.end) end = word.end;
  }
  while (start < end && /\s/u.test(text[start])) start += 1;
  while (end > start && /\s/u.test(text[end - 1])) end -= 1;
  return end > start ? { start, end } : null;
}

/** Count code points up to a UTF-16 position. */
export function toCodePoints(text, units) {
  let points = 0;
  for (let index = 0; index < units; points += 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return points;
}

/** Return the UTF-16 position of a code point. */
export function toUnits(text, points) {
  let index = 0;
  for (let seen = 0; seen < points && index < text.length; seen += 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return index;
}

/** Lower case without accents, so that « epuisement » finds « Épuisement ». */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("’", "'");
}

/** Say how well typed letters fit a label: higher is better, 0 is not at all. */
export function fit(typed, label) {
  const letters = fold(typed).trim();
  const target = fold(label);
  if (!letters) return 1;
  if (target.startsWith(letters)) return 5;
  const at = target.indexOf(letters);
  if (at > 0) return /[^\p{L}\p{N}]/u.test(target[at - 1]) ? 4 : 3;
  let from = 0;
  for (const letter of letters.replace(/\s/gu, "")) {
    from = target.indexOf(letter, from) + 1;
    if (!from) return 0;
  }
  return 2;
}

/** Put values into a sentence: "{code} added". */
export function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/gu, (_whole, name) => String(values[name] ?? ""));
}
