// The coding desk: reads the transcript from the page and the codings from the server, then listens.
import { Transcript } from "./desk/document.js";
import { Live } from "./desk/live.js";
import { Painter } from "./desk/paint.js";
import { Panel } from "./desk/panel.js";
import { Passages } from "./desk/passages.js";
import { Picker } from "./desk/picker.js";
import { Queue } from "./desk/queue.js";
import { Selection } from "./desk/selection.js";
import { Store } from "./desk/store.js";
import { say } from "./desk/text.js";

const MAX_CODE_NAME = 80;

class Desk {
  constructor(root, payload) {
    this.root = root;
    this.transcript = new Transcript(root.querySelector("[data-turns]"));
    this.store = new Store(payload, root.dataset.study);
    this.words = this.store.words;
    this.queue = new Queue({
      key: root.dataset.key,
      csrf: root.dataset.csrf,
      version: root.dataset.version,
      on: {
        changed: (queue) => this.showSaving(queue),
        confirmed: (act, answer) => this.confirm(act, answer),
        refused: (act, sentence) => this.refuse(act, sentence),
      },
    });
    for (const act of this.queue.acts) this.replay(act);
    this.painter = new Painter(this.transcript, this.store, this.words);
    this.painter.paintAll();
    this.selection = new Selection(this.transcript, (selection) => {
      this.painter.choose(selection);
      this.showTools();
    });
    this.panel = new Panel(root.querySelector("[data-panel]"), this.store, (code) => this.code([code]));
    this.picker = new Picker(root.querySelector("[data-picker]"), this.store, {
      pick: (code, stay) => this.code([code], stay),
      create: (name, stay) => this.codeAnew(name, stay),
    });
    this.passages = new Passages(root.querySelector("[data-passages]"), this.store, this.transcript, {
      remove: (coding) => this.remove(coding),
      comment: (coding, text) => this.comment(coding, text),
    });
    this.help = root.querySelector("[data-help]");
    this.listen();
    this.showSaving(this.queue);
    if (this.queue.acts.length) this.queue.send();
    this.goToPlace();
    if (root.dataset.liveAt) {
      const { liveAt: live, hereAt: here, csrf } = root.dataset;
      this.live = new Live({ live, here, csrf, on: (content) => this.showOthers(content) });
    }
    root.dataset.ready = "";
    performance.mark("desk-ready");
  }

  listen() {
    const { list } = this.transcript;
    list.addEventListener("keydown", (event) => this.press(event));
    list.addEventListener("focusin", (event) => {
      const turn = this.transcript.turnOf(event.target);
      if (turn && event.target === turn.article) this.enter(turn);
    });
    document.addEventListener("pointerup", () => setTimeout(() => this.takeMouse(), 0));
    list.addEventListener("click", (event) => this.clickMargin(event));
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.acts[button.dataset.act]?.();
    });
    for (const dialog of this.root.querySelectorAll("dialog")) {
      dialog.addEventListener("close", () => this.selection.turn?.article.focus({ preventScroll: true }));
    }
    this.root.querySelector("[data-filter]")?.addEventListener("change", (event) => {
      this.store.onlyMine = event.target.value === "mine";
      this.painter.paintAll();
      this.panel.fill();
    });
  }

  acts = {
    pick: () => this.openPicker(),
    in_vivo: () => this.codeInVivo(),
    again: () => this.codeAgain(),
    list: () => this.listPassages(),
    clear: () => this.clearSelection(),
    help: () => this.help.showModal(),
    close_help: () => this.help.close(),
    retry: () => this.queue.retry(),
    undo: () => this.turnBack(this.root.dataset.undo),
    redo: () => this.turnBack(this.root.dataset.redo),
  };

  enter(turn) {
    if (this.entered !== turn) {
      this.entered?.article.setAttribute("tabindex", "-1");
      turn.article.setAttribute("tabindex", "0");
      this.entered = turn;
    }
    if (!this.isSelectingByMouse) this.selection.focus(turn);
  }

  takeMouse() {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed) return;
    if (!this.transcript.list.contains(chosen.anchorNode) && !this.transcript.list.contains(chosen.focusNode)) return;
    this.isSelectingByMouse = true;
    if (this.selection.takeFromMouse()) {
      const turn = this.selection.turn;
      this.enter(turn);
      if (document.activeElement !== turn.article) turn.article.focus({ preventScroll: true });
    }
    this.isSelectingByMouse = false;
  }

  press(event) {
    if (event.target !== this.entered?.article || event.isComposing) return;
    const { key, shiftKey } = event;
    if (event.altKey || event.metaKey || (event.ctrlKey && !["Home", "End"].includes(key))) return;
    const run = shiftKey ? this.shifted[key] : this.plain(key, event.ctrlKey);
    if (!run) return;
    event.preventDefault();
    run();
  }

  shifted = {
    ArrowRight: () => this.extend("words", 1),
    ArrowLeft: () => this.extend("words", -1),
    ArrowDown: () => this.extend("sentences", 1),
    ArrowUp: () => this.extend("sentences", -1),
    "?": () => this.help.showModal(),
    Z: () => this.acts.redo(),
  };

  plain(key, isControl) {
    if (/^[1-9]$/.test(key)) return () => this.codeRecent(Number(key));
    const { turns } = this.transcript;
    return {
      ArrowDown: () => this.goTo(this.entered.index + 1),
      ArrowUp: () => this.goTo(this.entered.index - 1),
      ArrowRight: () => this.moveCursor(this.selection.move(1)),
      ArrowLeft: () => this.moveCursor(this.selection.move(-1)),
      Home: () => (isControl ? this.goTo(0) : this.moveCursor(this.selection.moveToEnd(-1))),
      End: () => (isControl ? this.goTo(turns.length - 1) : this.moveCursor(this.selection.moveToEnd(1))),
      Enter: () => this.openPicker(),
      Escape: () => this.clearSelection(),
      t: () => {
        this.selection.whole();
        this.saySelected();
      },
      v: () => this.codeInVivo(),
      r: () => this.codeAgain(),
      l: () => this.listPassages(),
      z: () => this.acts.undo(),
      "?": () => this.help.showModal(),
      "/": () => this.panel.search.focus(),
    }[key];
  }

  goTo(index) {
    const turn = this.transcript.turns[index];
    if (!turn) return;
    document.getSelection()?.removeAllRanges();
    turn.article.focus({ preventScroll: true });
    turn.item.scrollIntoView({ block: "nearest" });
  }

  moveCursor(word) {
    if (word) this.announce(this.entered.text.slice(word.start, word.end));
  }

  extend(unit, step) {
    document.getSelection()?.removeAllRanges();
    this.selection.extend(unit, step);
    this.saySelected();
  }

  saySelected() {
    const { span } = this.selection;
    if (!span) return;
    const quote = this.transcript.quote(span.start, span.end);
    const count = this.transcript.countWords(span.start, span.end);
    this.announce(say(this.plural("selected", count), { count, words: quote.slice(-120) }));
  }

  plural(name, count) {
    return this.words[`${name}_${count > 1 ? "many" : "one"}`];
  }

  clearSelection() {
    document.getSelection()?.removeAllRanges();
    this.selection.cursor = null;
    this.selection.clear();
  }

  /** What is selected, or the whole turn when nothing is. */
  wanted() {
    if (!this.selection.span) this.selection.whole();
    return this.selection.span;
  }

  openPicker() {
    if (!this.store.mayCode) return;
    const span = this.wanted();
    if (!span) return;
    this.picker.open(this.transcript.quote(span.start, span.end), this.mine(span));
  }

  mine({ start, end }) {
    return this.store.codings
      .filter((one) => one.start === start && one.end === end && one.coder === this.store.me)
      .map((one) => one.code);
  }

  codeRecent(number) {
    const code = this.store.byId.get(this.store.recent[number - 1]);
    if (code) this.code([code]);
    else this.announce(this.words.no_recent, true);
  }

  codeAgain() {
    const code = this.store.byId.get(this.store.last);
    if (code) this.code([code]);
    else this.announce(this.words.no_recent, true);
  }

  codeInVivo() {
    const { span } = this.selection;
    if (!span) {
      this.announce(this.words.select_first, true);
      return;
    }
    const name = this.transcript.quote(span.start, span.end).replace(/\s+/gu, " ").trim();
    this.codeAnew(name.length > MAX_CODE_NAME ? `${name.slice(0, MAX_CODE_NAME - 1)}…` : name);
  }

  codeAnew(name, stay) {
    if (!this.store.mayCreate) return;
    const known = this.store.codes.find((code) => code.name === name && code.path === name && code.codable);
    if (known) {
      this.code([known], stay);
      return;
    }
    const code = this.store.addCode({
      id: `new-${Date.now().toString(36)}-${this.store.codes.length}`, name, path: name, colour: "#5b6b7a", codable: true,
      description: "", inclusion: "", exclusion: "", example: "",
    });
    this.code([code], stay, name);
  }

  /** Put codes on what is selected: painted at once, kept until the server has it. */
  code(codes, stay = false, newName = null) {
    if (!this.store.mayCode) return;
    const { span } = this.selection;
    if (!span) {
      this.announce(this.words.select_first, true);
      return;
    }
    const { start, end } = span;
    const fresh = codes.filter((code) => !this.store.find(start, end, code));
    for (const code of codes) this.store.use(code);
    const count = this.transcript.countWords(start, end);
    const names = codes.map((code) => code.name).join(", ");
    if (fresh.length) {
      for (const code of fresh) {
        const coding = { start, end, code, coder: this.store.me, comment: "", status: "human" };
        this.store.codings.push(coding);
        this.painter.add(coding);
      }
      const body = { start, end, codes: fresh.map((code) => code.id) };
      if (newName) body.new_code = newName;
      this.root.querySelector("[data-saving]").dataset.state = "saving";
      // The paint comes first: storage and network wait for the next task.
      setTimeout(() => {
        this.queue.push(this.root.dataset.add, body);
        this.panel.fill();
      }, 0);
      this.announce(say(this.plural("added", count), { code: names, count }), true);
    } else {
      this.announce(say(this.words.already, { code: names }), true);
    }
    this.picker.showGiven(this.mine(span));
    if (!stay) {
      document.getSelection()?.removeAllRanges();
      this.selection.cursor = null;
      this.selection.clear();
    }
  }

  remove(coding) {
    this.forget(coding);
    this.queue.push(this.root.dataset.remove, { start: coding.start, end: coding.end, codes: [coding.code.id] });
    this.panel.fill();
    this.announce(say(this.words.removed, { code: coding.code.name }), true);
  }

  forget(coding) {
    this.store.codings = this.store.codings.filter((one) => one !== coding);
    this.painter.remove(coding);
  }

  /** Undo or redo one's last coding here: the server knows all of them, those of other days too. */
  turnBack(url) {
    if (this.store.mayCode) this.queue.push(url, {});
  }

  showTurn({ was, now, sentence }) {
    const gone = was && this.store.find(was.start, was.end, this.store.byId.get(was.code));
    if (gone) this.forget(gone);
    const code = now && this.store.byId.get(now.code);
    if (code && now.status !== "rejected" && !this.store.find(now.start, now.end, code)) {
      const { start, end, comment, status } = now;
      const coding = { start, end, code, coder: this.store.me, comment, status };
      this.store.codings.push(coding);
      this.painter.add(coding);
    }
    this.panel.fill();
    this.announce(sentence, true);
  }

  comment(coding, text) {
    coding.comment = text.trim();
    this.queue.push(this.root.dataset.comment, {
      start: coding.start, end: coding.end, codes: [coding.code.id], comment: coding.comment,
    });
  }

  listPassages(start, end) {
    const { span } = this.selection;
    const turn = this.entered ?? this.transcript.turns[0];
    if (start !== undefined) this.passages.open(start, end);
    else if (span) this.passages.open(span.start, span.end);
    else if (turn) this.passages.open(turn.start, turn.end);
  }

  clickMargin(event) {
    const mark = event.target.closest("[data-at], .code-more");
    if (!mark) return;
    const turn = this.transcript.turnOf(mark);
    const at = Number(mark.dataset.at);
    if (Number.isNaN(at)) {
      this.listPassages(turn.start, turn.end);
      return;
    }
    const start = Math.max(at, turn.start);
    this.listPassages(start, start + 1);
  }

  // ---- what the server says ----

  /** An act kept from an earlier visit shows as if it had just been done. */
  replay({ url, body }) {
    if (this.isTurn({ url })) return;
    if (url === this.root.dataset.add) {
      body.codes.forEach((id, index) => {
        let code = this.store.byId.get(id) ?? this.store.codes.find((one) => one.codable && one.path === body.new_code);
        if (!code && body.new_code && index === 0) {
          code = this.store.addCode({
            id, name: body.new_code, path: body.new_code, colour: "#5b6b7a", codable: true, description: "", inclusion: "",
            exclusion: "", example: "",
          });
        }
        if (code && !this.store.find(body.start, body.end, code)) {
          this.store.codings.push({
            start: body.start, end: body.end, code, coder: this.store.me, comment: "", status: "human",
          });
        }
      });
      return;
    }
    const coding = this.store.find(body.start, body.end, this.store.byId.get(body.codes[0]));
    if (!coding) return;
    if (url === this.root.dataset.remove) this.store.codings = this.store.codings.filter((one) => one !== coding);
    else coding.comment = body.comment;
  }

  confirm(act, answer) {
    const isCurrent = !answer.version || answer.version === this.root.dataset.version;
    // Words moved under this page: what it shows beside them is no longer in its place.
    if (!isCurrent) this.showRefusal(this.words.corrected);
    else if (act.url === this.root.dataset.add) this.follow(act.body, answer);
    else if (this.isTurn(act)) this.showTurn(answer);
    if (!answer.code) return;
    const provisional = this.store.byId.get(act.body.codes[0]);
    if (!provisional || provisional.id === answer.code.id) return;
    this.queue.rename(provisional.id, answer.code.id);
    this.store.settle(provisional, answer.code);
    // Its colour is known now.
    this.painter.paintAll();
    this.panel.fill();
  }

  /** What colleagues did meanwhile; their words on a corrected text would stand in the wrong place. */
  showOthers(content) {
    this.root.querySelector("[data-here]").textContent = content.here.length
      ? say(this.words.here, { names: content.here.join(", ") })
      : "";
    if (content.version !== this.root.dataset.version) {
      this.showRefusal(this.words.corrected);
      return;
    }
    if (!this.store.takeOthers(content)) return;
    this.painter.paintAll();
    this.panel.fill();
  }

  isTurn({ url }) {
    return url === this.root.dataset.undo || url === this.root.dataset.redo;
  }

  /** The server may leave out spaces that the browser kept: what it stored is where the coding is. */
  follow(body, answer) {
    if (answer.start === body.start && answer.end === body.end) return;
    for (const id of body.codes) {
      const coding = this.store.find(body.start, body.end, this.store.byId.get(id));
      if (coding) Object.assign(coding, { start: answer.start, end: answer.end });
    }
  }

  refuse(act, sentence) {
    const { url, body } = act;
    if (this.isTurn(act)) {
      this.showRefusal(sentence ?? "");
      return;
    }
    if (url === this.root.dataset.add) {
      for (const id of body.codes) {
        const coding = this.store.find(body.start, body.end, this.store.byId.get(id));
        if (coding) this.forget(coding);
      }
    }
    this.panel.fill();
    const quote = this.transcript.quote(body.start, body.end).slice(0, 80);
    this.showRefusal(say(this.words.refused, { quote, reason: sentence ?? "" }));
  }

  showRefusal(sentence) {
    const box = this.root.querySelector("[data-refused]");
    box.hidden = false;
    box.querySelector("p").textContent = sentence;
  }

  showSaving({ acts, failure, wait }) {
    const box = this.root.querySelector("[data-saving]");
    const count = acts.length;
    const state = !count ? "saved" : failure ?? "saving";
    box.dataset.state = state;
    const isStuck = count > 0 && failure;
    box.querySelector("[data-sentence]").textContent = isStuck
      ? say(this.words[`stuck_${failure}`], { count, acts: say(this.plural("acts", count), { count }), seconds: Math.round(wait / 2000) })
      : this.words[state];
    box.querySelector("[data-act=retry]").hidden = !isStuck;
  }

  announce(sentence, isVisible = false) {
    this.root.querySelector("[data-live]").textContent = sentence;
    if (!isVisible) return;
    const toast = this.root.querySelector("[data-toast]");
    toast.textContent = sentence;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => {
      toast.hidden = true;
    }, 4000);
  }

  /** The bar of acts follows the selection on small screens. */
  showTools() {
    this.root.querySelector("[data-tools]").toggleAttribute("data-active", Boolean(this.selection.span));
  }

  /** A link may name a passage: ?at=start-end */
  goToPlace() {
    const place = /^(\d+)-(\d+)$/.exec(new URLSearchParams(location.search).get("at") ?? "");
    const [start, end] = place ? [Number(place[1]), Number(place[2])] : [];
    const first = place ? this.transcript.turnsIn(start, end)[0] : null;
    if (first) {
      first.item.scrollIntoView({ block: "center" });
      this.enter(first);
      first.article.focus({ preventScroll: true });
      this.painter.pointAt(start, end);
    } else if (this.transcript.turns.length) {
      this.enter(this.transcript.turns[0]);
    }
  }
}

const root = document.querySelector("[data-desk]");
if (root && typeof Highlight === "function") {
  new Desk(root, JSON.parse(root.querySelector("[data-payload]").textContent));
} else if (root) {
  root.querySelector("[data-too-old]").hidden = false;
}
