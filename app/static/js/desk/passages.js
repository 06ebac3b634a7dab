// The dialog that lists every coding of a passage: who put it, its remark, and a way to take it off.

export class Passages {
  /** `on`: {remove(coding), comment(coding, text)}. */
  constructor(dialog, store, transcript, on) {
    this.dialog = dialog;
    this.store = store;
    this.transcript = transcript;
    this.on = on;
    this.list = dialog.querySelector("[data-list]");
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  open(start, end) {
    this.range = [start, end];
    this.fill();
    if (!this.dialog.open) this.dialog.showModal();
  }

  fill() {
    const codings = this.store.at(...this.range);
    const { words } = this.store;
    if (codings.length) this.list.replaceChildren(...codings.map((coding) => this.entry(coding)));
    else this.list.replaceChildren(make("li", "", words.no_codings));
  }

  entry(coding) {
    const { words } = this.store;
    const item = make("li", "passage");
    const name = make("p", "code-title", coding.code.name);
    name.style.setProperty("--code", coding.code.colour);
    const who = make("span", "passage-coder", this.store.coders.get(coding.coder) ?? "");
    name.append(" ", who);
    const quote = this.transcript.quote(coding.start, coding.end);
    item.append(name, make("blockquote", "passage-quote", quote.length > 220 ? `${quote.slice(0, 220)}…` : quote));
    if (coding.coder !== this.store.me || !this.store.mayCode) {
      if (coding.comment) item.append(make("p", "passage-comment", coding.comment));
      return item;
    }
    const label = make("label", "label", words.comment);
    const field = make("input", "input");
    field.value = coding.comment;
    field.maxLength = 2000;
    label.append(field);
    field.addEventListener("change", () => this.on.comment(coding, field.value));
    const button = make("button", "button button-danger", words.remove);
    button.type = "button";
    button.setAttribute("aria-label", words.remove_named.replace("{code}", coding.code.name));
    button.addEventListener("click", () => {
      this.on.remove(coding);
      this.fill();
      (this.list.querySelector("button") ?? this.dialog.querySelector("[data-close]")).focus();
    });
    item.append(label, button);
    return item;
  }
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
