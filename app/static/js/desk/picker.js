// The dialog to choose a code: a combobox over the codebook, that also makes new codes.
import { fit } from "./text.js";

const MOST_SHOWN = 60;

export class Picker {
  /** `on`: {pick(code, stay), create(name, stay)}. */
  constructor(dialog, store, on) {
    this.dialog = dialog;
    this.store = store;
    this.on = on;
    this.input = dialog.querySelector("[role=combobox]");
    this.list = dialog.querySelector("[role=listbox]");
    this.quote = dialog.querySelector("[data-quote]");
    this.about = dialog.querySelector("[data-about]");
    this.given = dialog.querySelector("[data-given]");
    this.input.addEventListener("input", () => this.fill());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.index), event.shiftKey);
    });
    this.list.addEventListener("pointerover", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.activate(Number(option.dataset.index));
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  open(quote, given) {
    this.quote.textContent = quote.length > 160 ? `${quote.slice(0, 160)}…` : quote;
    this.showGiven(given);
    this.input.value = "";
    this.fill();
    this.dialog.showModal();
    this.input.focus();
  }

  showGiven(codes) {
    this.given.replaceChildren(...codes.map((code) => this.chip(code)));
  }

  chip(code) {
    const chip = document.createElement("li");
    chip.className = "code-chip";
    chip.style.setProperty("--code", code.colour);
    chip.textContent = code.name;
    return chip;
  }

  fill() {
    const typed = this.input.value;
    const recent = this.store.recent;
    const ranked = this.store.codes
      .filter((code) => code.codable)
      .map((code) => ({ code, score: Math.max(fit(typed, code.name), fit(typed, code.path) * 0.9) }))
      .filter(({ score }) => score >= 1)
      .sort((one, other) => other.score - one.score || rank(recent, one.code) - rank(recent, other.code));
    this.choices = ranked.slice(0, MOST_SHOWN).map(({ code }) => ({ code }));
    const name = typed.trim();
    if (name && this.store.mayCreate && !this.store.codes.some((code) => code.name.toLowerCase() === name.toLowerCase())) {
      this.choices.push({ name });
    }
    this.list.replaceChildren(...this.choices.map((choice, index) => this.option(choice, index)));
    this.activate(0);
  }

  option({ code, name }, index) {
    const option = document.createElement("li");
    option.id = `code-option-${index}`;
    option.role = "option";
    option.dataset.index = index;
    option.className = "code-option";
    if (code) {
      option.style.setProperty("--code", code.colour);
      option.textContent = code.name;
      if (code.path !== code.name) {
        const path = document.createElement("span");
        path.className = "code-path";
        path.textContent = code.path.slice(0, -code.name.length).replace(/[\s›]+$/u, "");
        option.append(" ", path);
      }
      const number = this.store.recent.indexOf(code.id) + 1;
      if (number) {
        const key = document.createElement("kbd");
        key.textContent = number;
        option.append(" ", key);
      }
    } else {
      option.classList.add("code-new");
      option.textContent = this.store.words.create.replace("{name}", name);
    }
    return option;
  }

  activate(index) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.active = Math.min(Math.max(index, 0), this.choices.length - 1);
    const option = this.list.children[this.active];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      this.about.replaceChildren(this.store.words.nothing_found);
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
    describeCode(this.about, this.choices[this.active].code, this.store.words);
  }

  press(event) {
    const moves = { ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + 8, PageUp: this.active - 8 };
    if (event.key in moves) {
      event.preventDefault();
      this.activate(moves[event.key]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.take(this.active, event.shiftKey);
    }
  }

  take(index, stay) {
    const choice = this.choices[index];
    if (!choice) return;
    if (!stay) this.dialog.close();
    if (choice.code) this.on.pick(choice.code, stay);
    else this.on.create(choice.name, stay);
    if (stay) {
      this.input.value = "";
      this.fill();
      this.input.focus();
    }
  }
}

function rank(recent, code) {
  const at = recent.indexOf(code.id);
  return at < 0 ? recent.length + code.order / 1e6 : at;
}

/** Show definition, inclusion, exclusion and example of a code. */
export function describeCode(box, code, words) {
  if (!code) {
    box.replaceChildren();
    return;
  }
  const title = document.createElement("p");
  title.className = "code-title";
  title.style.setProperty("--code", code.colour);
  title.textContent = code.name;
  const facts = document.createElement("dl");
  for (const field of ["description", "inclusion", "exclusion", "example"]) {
    if (!code[field]) continue;
    const term = document.createElement("dt");
    term.textContent = words[field];
    const value = document.createElement("dd");
    value.textContent = code[field];
    facts.append(term, value);
  }
  if (!facts.children.length) {
    const none = document.createElement("p");
    none.textContent = words.no_definition;
    box.replaceChildren(title, none);
    return;
  }
  box.replaceChildren(title, facts);
}
