// Codings as tints and underlines through the CSS Custom Highlight API (no element in the text),
// and as bars with names in the margin of the turns near the screen.

const LEVELS = 3;
const NAME_HEIGHT = 24;
const LANE_WIDTH = 9;

export class Painter {
  /** `store` gives codings and codes; `store.visible(coding)` applies the filter. */
  constructor(transcript, store, words) {
    this.transcript = transcript;
    this.store = store;
    this.words = words;
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    this.styled = new Set();
    this.byTurn = new Map();
    this.near = new Set();
    this.chosen = this.highlight("desk-chosen", 100);
    this.cursor = this.highlight("desk-cursor", 101);
    this.flash = this.highlight("desk-flash", 99);
    this.watcher = new IntersectionObserver((entries) => this.watch(entries), { rootMargin: "600px 0px" });
    for (const turn of transcript.turns) this.watcher.observe(turn.item);
    let width = 0;
    new ResizeObserver(([entry]) => {
      if (entry.contentRect.width !== width) {
        width = entry.contentRect.width;
        for (const turn of this.near) this.drawMargin(turn);
      }
    }).observe(transcript.list);
  }

  highlight(name, priority) {
    const highlight = new Highlight();
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
    return highlight;
  }

  /** One highlight for each code and level: overlapping codings get underlines at different heights. */
  highlightOf(code, level) {
    const name = `code-${code.key}-${level}`;
    const known = CSS.highlights.get(name);
    if (known) return known;
    const offset = 3 + level * 4;
    this.sheet.insertRule(
      `::highlight(${name}) { background-color: light-dark(color-mix(in srgb, ${code.colour} 15%, transparent), color-mix(in srgb, ${code.colour} 38%, transparent)); ` +
        `text-decoration: underline 2px light-dark(${code.colour}, color-mix(in srgb, ${code.colour} 55%, white)); text-underline-offset: ${offset}px; text-decoration-skip-ink: none; }`,
    );
    return this.highlight(name, LEVELS - level);
  }

  /** Paint every coding anew: at the start, and when the filter changes. */
  paintAll() {
    for (const name of [...CSS.highlights.keys()]) {
      if (name.startsWith("code-")) CSS.highlights.get(name).clear();
    }
    this.byTurn.clear();
    for (const coding of this.store.codings) coding.pieces = null;
    const shown = this.store.codings.filter((coding) => this.store.visible(coding));
    shown.sort((one, other) => one.start - other.start || other.end - one.end);
    const freeFrom = [];
    for (const coding of shown) {
      let lane = freeFrom.findIndex((position) => position <= coding.start);
      if (lane < 0) lane = freeFrom.length;
      freeFrom[lane] = coding.end;
      this.place(coding, lane);
    }
    for (const turn of this.near) this.drawMargin(turn);
  }

  add(coding) {
    if (!this.store.visible(coding)) return;
    const taken = new Set();
    for (const turn of this.transcript.turnsIn(coding.start, coding.end)) {
      for (const other of this.byTurn.get(turn) ?? []) {
        if (other.start < coding.end && coding.start < other.end) taken.add(other.lane);
      }
    }
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    this.place(coding, lane);
    this.redraw(coding);
  }

  place(coding, lane) {
    coding.lane = lane;
    coding.highlight = this.highlightOf(coding.code, lane % LEVELS);
    coding.pieces = [];
    for (const turn of this.transcript.turnsIn(coding.start, coding.end)) {
      const range = turn.range(coding.start, coding.end);
      coding.highlight.add(range);
      coding.pieces.push({ turn, range });
      if (!this.byTurn.has(turn)) this.byTurn.set(turn, []);
      this.byTurn.get(turn).push(coding);
    }
  }

  remove(coding) {
    for (const { turn, range } of coding.pieces ?? []) {
      coding.highlight.delete(range);
      const others = this.byTurn.get(turn);
      others.splice(others.indexOf(coding), 1);
    }
    this.redraw(coding);
    coding.pieces = null;
  }

  redraw(coding) {
    for (const { turn } of coding.pieces ?? []) {
      if (this.near.has(turn)) this.drawMargin(turn);
    }
  }

  watch(entries) {
    for (const entry of entries) {
      const turn = this.transcript.byItem.get(entry.target);
      if (entry.isIntersecting) {
        this.near.add(turn);
        this.drawMargin(turn);
      } else if (this.near.delete(turn)) {
        turn.margin?.replaceChildren();
      }
    }
  }

  drawMargin(turn) {
    const codings = this.byTurn.get(turn) ?? [];
    if (!turn.margin && !codings.length) return;
    turn.margin ??= turn.item.querySelector("[data-margin]");
    const bars = document.createDocumentFragment();
    const top = turn.said.getBoundingClientRect().top;
    const pieces = codings
      .map((coding) => ({ coding, box: coding.pieces.find((piece) => piece.turn === turn).range.getBoundingClientRect() }))
      .sort((one, other) => one.box.top - other.box.top || other.box.bottom - one.box.bottom);
    const freeFrom = [];
    for (const { coding, box } of pieces) {
      let lane = freeFrom.findIndex((edge) => edge <= box.top + 2);
      if (lane < 0) lane = freeFrom.length;
      freeFrom[lane] = box.bottom;
      const bar = document.createElement("span");
      bar.className = "bar";
      bar.style.cssText = `inset-inline-start:${lane * LANE_WIDTH}px;top:${box.top - top}px;height:${box.height}px;--code:${coding.code.colour}`;
      bar.title = coding.code.name;
      bar.dataset.at = coding.start;
      bars.append(bar);
    }
    const names = this.drawNames(pieces, turn.item.offsetHeight, top, freeFrom.length * LANE_WIDTH + 6);
    turn.margin.replaceChildren(bars, names);
    const spoken = turn.item.querySelector("[data-spoken]");
    spoken.textContent = codings.length ? ` ${this.words.codes}${[...new Set(codings.map((coding) => coding.code.name))].join(", ")}.` : "";
  }

  drawNames(pieces, height, top, indent) {
    const list = document.createElement("span");
    list.className = "code-names";
    list.style.paddingInlineStart = `${indent}px`;
    const seen = new Map();
    for (const { coding, box } of pieces) {
      const known = seen.get(coding.code);
      if (known && known.bottom >= box.top) known.bottom = Math.max(known.bottom, box.bottom);
      else seen.set(coding.code, { coding, top: box.top - top, bottom: box.bottom });
    }
    const wanted = [...seen.values()];
    const room = Math.max(1, Math.floor(height / NAME_HEIGHT));
    const shown = wanted.length > room ? wanted.slice(0, room - 1) : wanted;
    let edge = 0;
    shown.forEach(({ coding, top: at }, index) => {
      const name = document.createElement("span");
      name.className = "code-name";
      name.style.cssText = `--code:${coding.code.colour}`;
      name.textContent = coding.code.name;
      name.title = coding.code.name;
      name.dataset.at = coding.start;
      const latest = height - (shown.length - index + (wanted.length - shown.length ? 1 : 0)) * NAME_HEIGHT;
      edge = Math.max(edge, Math.min(at, Math.max(latest, edge)));
      name.style.top = `${edge}px`;
      edge += NAME_HEIGHT;
      list.append(name);
    });
    if (wanted.length > shown.length) {
      const more = document.createElement("span");
      more.className = "code-name code-more";
      more.textContent = `+ ${wanted.length - shown.length}`;
      more.style.top = `${edge}px`;
      list.append(more);
    }
    return list;
  }

  /** Show what is selected, or where the word cursor stands. */
  choose(selection) {
    this.chosen.clear();
    this.cursor.clear();
    if (selection.span) {
      const { start, end } = selection.span;
      for (const turn of this.transcript.turnsIn(start, end)) this.chosen.add(turn.range(start, end));
    } else if (selection.cursor) {
      const { turn, cursor } = selection;
      this.cursor.add(turn.range(turn.toDocument(cursor.start), turn.toDocument(cursor.end)));
    }
  }

  /** Point at a passage that a link led to. */
  pointAt(start, end) {
    this.flash.clear();
    for (const turn of this.transcript.turnsIn(start, end)) this.flash.add(turn.range(start, end));
    setTimeout(() => this.flash.clear(), 6000);
  }
}
