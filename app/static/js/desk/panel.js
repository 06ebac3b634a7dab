// The codebook beside the text: search, number keys of the codes used last, definition of the one in focus.
import { describeCode } from "./picker.js";
import { fit } from "./text.js";

export class Panel {
  /** `pick(code)` is called when a code is chosen. */
  constructor(box, store, pick) {
    this.box = box;
    this.store = store;
    this.search = box.querySelector("[data-search]");
    this.list = box.querySelector("[data-codes]");
    this.about = box.querySelector("[data-about]");
    this.search.addEventListener("input", () => this.fill());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.list.querySelector("button")?.click();
      }
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) pick(store.byId.get(button.dataset.code));
    });
    // A click must not take the selection away from the text.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    for (const kind of ["focusin", "pointerover"]) {
      this.list.addEventListener(kind, (event) => {
        const button = event.target.closest("button");
        if (button) describeCode(this.about, store.byId.get(button.dataset.code), store.words);
      });
    }
    this.fill();
  }

  fill() {
    const typed = this.search.value;
    const rows = [];
    let folder = "";
    for (const code of this.store.codes) {
      if (Math.max(fit(typed, code.name), fit(typed, code.path)) < (typed ? 2 : 1) || !code.codable) continue;
      const path = code.path.slice(0, -code.name.length).replace(/[\s›]+$/u, "");
      if (path && path !== folder) {
        const head = document.createElement("li");
        head.className = "code-folder";
        head.textContent = path;
        rows.push(head);
      }
      folder = path;
      rows.push(this.row(code));
    }
    if (!rows.length) {
      const none = document.createElement("li");
      none.className = "code-folder";
      none.textContent = this.store.codes.length ? this.store.words.nothing_found : this.store.words.no_codes;
      rows.push(none);
    }
    this.list.replaceChildren(...rows);
  }

  row(code) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "code-row";
    button.dataset.code = code.id;
    button.style.setProperty("--code", code.colour);
    const name = document.createElement("span");
    name.className = "code-row-name";
    name.textContent = code.name;
    button.append(name);
    const number = this.store.recent.indexOf(code.id) + 1;
    if (number) {
      const key = document.createElement("kbd");
      key.textContent = number;
      key.title = this.store.words.key;
      button.append(key);
    }
    const count = document.createElement("span");
    count.className = "code-row-count";
    count.textContent = this.store.countOf(code);
    button.append(count);
    item.append(button);
    return item;
  }
}
