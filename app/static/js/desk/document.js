// The transcript on the page: turns, and the way from positions to ranges and back.
import { sentencesOf, toCodePoints, toUnits, wordsOf } from "./text.js";

export class Turn {
  constructor(item, index) {
    this.item = item;
    this.index = index;
    this.article = item.querySelector("article");
    this.said = item.querySelector("[data-said]");
    this.start = Number(item.dataset.start);
    this.end = Number(item.dataset.end);
    this.name = this.article.getAttribute("aria-label");
  }

  /** The one text node of what is said; parsers cut long text into several. */
  get node() {
    if (this.said.childNodes.length > 1) this.said.normalize();
    return this.said.firstChild;
  }

  get text() {
    return this.said.textContent;
  }

  get isPlain() {
    this.plain ??= this.text.length === this.end - this.start;
    return this.plain;
  }

  get words() {
    this.allWords ??= wordsOf(this.text);
    return this.allWords;
  }

  get sentences() {
    this.allSentences ??= sentencesOf(this.text);
    return this.allSentences;
  }

  /** UTF-16 unit in this turn → code point in the document. */
  toDocument(units) {
    return this.start + (this.isPlain ? units : toCodePoints(this.text, units));
  }

  /** Code point in the document → UTF-16 unit in this turn. */
  toTurn(position) {
    const points = Math.min(Math.max(position, this.start), this.end) - this.start;
    return this.isPlain ? points : toUnits(this.text, points);
  }

  /** A range over the part of [start, end) that lies in this turn. */
  range(start, end) {
    const range = document.createRange();
    range.setStart(this.node, this.toTurn(start));
    range.setEnd(this.node, this.toTurn(end));
    return range;
  }
}

export class Transcript {
  constructor(list) {
    this.list = list;
    this.turns = [...list.children].map((item, index) => new Turn(item, index));
    this.byItem = new Map(this.turns.map((turn) => [turn.item, turn]));
  }

  /** The turn that an element stands in. */
  turnOf(node) {
    const element = node instanceof Element ? node : node?.parentElement;
    return this.byItem.get(element?.closest("[data-start]"));
  }

  /** Turns that share a character with [start, end), in order. */
  turnsIn(start, end) {
    let low = 0;
    let high = this.turns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.turns[middle].end <= start) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let index = low; index < this.turns.length && this.turns[index].start < end; index += 1) {
      if (this.turns[index].node) found.push(this.turns[index]);
    }
    return found;
  }

  quote(start, end) {
    return this.turnsIn(start, end)
      .map((turn) => turn.text.slice(turn.toTurn(start), turn.toTurn(end)))
      .join(" … ");
  }

  countWords(start, end) {
    return wordsOf(this.quote(start, end)).length;
  }
}
