/* From one page to the next (surveys/routing.py). A page is { number, key, headings, items, repeats, roster, numbers }:
 * keys of the groups around it, of its items, of the repeats it stands in, of the repeat whose occurrences it lists. */
import { keyAt, splitKey } from "./texts.js";

const keyed = (page) => `${page.key} ${page.roster}`;

/* The page of one occurrence, with the keys of its answers. */
function pageAt(form, page, numbers) {
  const at = (key) => keyAt(key, numbers);
  return {
    ...page,
    key: at(page.key),
    headings: page.headings.map((key) => keyAt(key, numbers.slice(0, form.byKey.get(key).repeats.length))),
    items: page.items.map(at),
    roster: page.roster && at(page.roster),
    numbers,
  };
}

/* Every page, those of each occurrence in turn, shown or not. */
export function everyPage(state, pages = state.form.pages, numbers = []) {
  const found = [];
  for (let place = 0; place < pages.length; ) {
    const repeat = pages[place].repeats[numbers.length];
    const start = place++;
    if (!repeat) {
      found.push(pageAt(state.form, pages[start], numbers));
      continue;
    }
    while (place < pages.length && pages[place].repeats[numbers.length] === repeat) place++;
    const inside = pages.slice(start, place);
    for (let number = 1; number <= state.count(keyAt(repeat, numbers)); number++) {
      found.push(...everyPage(state, inside, [...numbers, number]));
    }
  }
  return found;
}

export function isShown(state, page) {
  if (page.roster) return state.isOffered(page.roster);
  return page.items.some((key) => state.occurrence(key) && state.isRelevant(key));
}

export const shownPages = (state) => everyPage(state).filter((page) => isShown(state, page));

const standsIn = (page, repeats, numbers) =>
  repeats.every((repeat, depth) => page.repeats[depth] === repeat) && numbers.every((number, depth) => page.numbers[depth] === number);

/* The page that lists the occurrences of the last of these repeats; none where it has a count. */
const rosterOf = (shown, repeats, numbers) =>
  shown.find((page) => page.roster === keyAt(repeats[repeats.length - 1], numbers.slice(0, -1)));

/* The page after this one (none given: the first one), null after the last. A roster leads past its occurrences; the last
 * page of an occurrence leads back to the roster. */
export function nextPage(state, page) {
  const all = everyPage(state);
  const start = page ? all.findIndex((each) => keyed(each) === keyed(page)) + 1 : 0;
  const shown = all.filter((each) => isShown(state, each));
  let after = all.slice(start).filter((each) => isShown(state, each));
  if (!page) return after[0] || null;
  if (page.roster) {
    const listed = [...page.repeats, splitKey(page.roster)[0]];
    after = after.filter((each) => !standsIn(each, listed, page.numbers));
  }
  const [following] = after;
  for (let depth = page.repeats.length; depth; depth--) {
    const around = [page.repeats.slice(0, depth), page.numbers.slice(0, depth)];
    const roster = following && standsIn(following, ...around) ? null : rosterOf(shown, ...around);
    if (roster) return roster;
  }
  return following || null;
}

/* The page before this one, null before the first; what is inside a roster's occurrences is passed over. */
export function previousPage(state, page) {
  const all = everyPage(state);
  const shown = all.filter((each) => isShown(state, each));
  const before = all.slice(0, all.findIndex((each) => keyed(each) === keyed(page))).filter((each) => isShown(state, each));
  const last = before[before.length - 1];
  if (!last) return null;
  for (let depth = 1; depth <= last.repeats.length; depth++) {
    const around = [last.repeats.slice(0, depth), last.numbers.slice(0, depth)];
    const roster = standsIn(page, ...around) ? null : rosterOf(shown, ...around);
    if (roster) return roster;
  }
  return last;
}

/* The pages of notes after the last question: they go with the last reading, before sending. */
export function closingPages(state) {
  const shown = shownPages(state);
  const isNotes = (page) => {
    const keys = page.items.filter((key) => state.isRelevant(key));
    const notes = keys.every((key) => state.form.item(key).type === "note");
    return !page.repeats.length && !page.roster && notes && !state.violations(keys).length;
  };
  let end = shown.length;
  while (end && isNotes(shown[end - 1])) end--;
  return end ? shown.slice(end) : [];
}
