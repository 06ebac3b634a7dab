// What is selected, by mouse or by keyboard: one model, painted by one highlight.
import { snap } from "./text.js";

export class Selection {
  /** `changed(selection)` is called after each change; its `isFinished` says that the mouse was let go. */
  constructor(transcript, changed) {
    this.transcript = transcript;
    this.changed = changed;
    this.turn = null;
    this.span = null;
    this.clearUnits();
  }

  clearUnits() {
    this.anchor = null;
    this.head = null;
  }

  clear() {
    this.span = null;
    this.clearUnits();
    this.changed(this);
  }

  focus(turn) {
    if (this.turn === turn) return;
    this.turn = turn;
    this.cursor = null;
    this.span = null;
    this.clearUnits();
    this.changed(this);
  }

  /** Take the browser's own selection, widened to whole words; false when there is none in the text. */
  takeFromMouse() {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return false;
    const range = chosen.getRangeAt(0);
    const first = this.edge(range.startContainer, range.startOffset, true);
    const last = this.edge(range.endContainer, range.endOffset, false);
    if (!first || !last || first.turn.index > last.turn.index) return false;
    const isOne = first.turn === last.turn;
    const opening = snap(first.turn.text, first.units, isOne ? last.units : first.turn.text.length);
    const closing = isOne ? opening : snap(last.turn.text, 0, last.units);
    if (!opening && !closing) return false;
    const start = opening ? first.turn.toDocument(opening.start) : last.turn.start;
    const end = closing ? last.turn.toDocument(closing.end) : first.turn.end;
    this.turn = opening ? first.turn : last.turn;
    this.clearUnits();
    if (isOne) {
      this.anchor = opening;
      this.head = opening;
    }
    this.span = { start, end };
    this.changed(this);
    return true;
  }

  /** Turn one end of a range into a turn and a position in it. */
  edge(node, offset, isStart) {
    const turn = this.transcript.turnOf(node);
    if (!turn) {
      // A selection of everything ends outside the text.
      const turns = this.transcript.turns;
      const range = document.createRange();
      range.setStart(node, offset);
      const found = isStart
        ? turns.find((one) => range.comparePoint(one.said, 0) >= 0)
        : turns.findLast((one) => range.comparePoint(one.said, 0) < 0);
      return found && { turn: found, units: isStart ? 0 : found.text.length };
    }
    if (node === turn.node) return { turn, units: offset };
    const range = document.createRange();
    range.setStart(node, offset);
    const side = turn.node ? range.comparePoint(turn.node, 0) : 1;
    return { turn, units: side < 0 ? turn.text.length : 0 };
  }

  whole(turn = this.turn) {
    if (!turn) return;
    const span = snap(turn.text, 0, turn.text.length);
    if (span) this.setUnits(span, span);
  }

  setUnits(anchor, head) {
    this.anchor = anchor;
    this.head = head;
    this.cursor = head;
    this.span = {
      start: this.turn.toDocument(Math.min(anchor.start, head.start)),
      end: this.turn.toDocument(Math.max(anchor.end, head.end)),
    };
    this.changed(this);
  }

  /** Move the cursor by one word without selecting; returns the word. */
  move(step) {
    const words = this.turn.words;
    if (!words.length) return null;
    let index = step > 0 ? 0 : words.length - 1;
    if (this.cursor) {
      const at = words.findIndex((word) => word.end > this.cursor.start);
      index = Math.min(Math.max((at < 0 ? words.length - 1 : at) + step, 0), words.length - 1);
    }
    this.cursor = words[index];
    this.span = null;
    this.clearUnits();
    this.changed(this);
    return this.cursor;
  }

  /** Move the cursor to the first (-1) or last (1) word of the turn. */
  moveToEnd(side) {
    this.cursor = null;
    return this.move(-side);
  }

  /** Extend by one unit ("words" or "sentences"), forwards (1) or backwards (-1). */
  extend(unit, step) {
    const units = this.turn[unit];
    if (!units.length) return;
    if (!this.anchor) {
      const first = this.cursor ? units.find((one) => one.end > this.cursor.start) : units.at(step > 0 ? 0 : -1);
      if (first) this.setUnits(first, first);
      return;
    }
    const { anchor, head } = this;
    const start = Math.min(anchor.start, head.start);
    const end = Math.max(anchor.end, head.end);
    const isBackwards = head.start < anchor.start;
    let next;
    if (step > 0) {
      next = isBackwards ? units.find((one) => one.start > start) : units.find((one) => one.end > end);
      if (isBackwards && (!next || next.start >= anchor.start)) next = anchor;
    } else if (isBackwards || head.end <= anchor.end) {
      next = units.findLast((one) => one.start < start);
    } else {
      next = units.findLast((one) => one.end < end);
      if (!next || next.end <= anchor.end) next = anchor;
    }
    if (next) this.setUnits(anchor, next);
  }
}
