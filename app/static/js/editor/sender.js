// Sends forms one after the other and reads the page that answers; tries again until the server is there.
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

export class Sender {
  /** `onState`: "saving", "saved" or "unsaved". */
  constructor({ onState }) {
    this.onState = onState;
    this.line = Promise.resolve();
    this.isLate = false;
    this.sent = new WeakMap();
  }

  /** What a form would send now, without what changes by itself. */
  static state(form) {
    const data = new FormData(form);
    for (const name of ["csrf_token", "revision"]) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  /** Whether something in the form was not sent yet. */
  isDirty(form) {
    if (!this.sent.has(form)) this.sent.set(form, Sender.pristine(form));
    return Sender.state(form) !== this.sent.get(form);
  }

  static pristine(form) {
    const data = new URLSearchParams();
    for (const field of form.elements) {
      if (!field.name || field.disabled || ["submit", "button"].includes(field.type)) continue;
      if (["csrf_token", "revision"].includes(field.name)) continue;
      if (["checkbox", "radio"].includes(field.type)) {
        if (field.defaultChecked) data.append(field.name, field.value);
      } else if (field.tagName === "SELECT") {
        const chosen = [...field.options].filter((option) => option.defaultSelected);
        const [first] = field.options;
        (chosen.length ? chosen : first ? [first] : []).forEach((option) => data.append(field.name, option.value));
      } else {
        data.append(field.name, field.defaultValue.replace(/\r?\n/g, "\r\n"));
      }
    }
    return data.toString();
  }

  /** Send a form as its button would; return {document, url}. */
  send(form, submitter) {
    return this.queue(() => {
      const data = new FormData(form);
      if (submitter?.name) data.append(submitter.name, submitter.value);
      this.sent.set(form, Sender.state(form));
      return this.request(form.action, { method: "POST", body: new URLSearchParams(data) });
    });
  }

  /** Send other values with what a form holds, or with some of its fields only. */
  post(form, values, only = null) {
    return this.queue(() => {
      const held = [...new FormData(form)].filter(([name]) => !only || only.includes(name));
      const data = new URLSearchParams(held);
      Object.entries(values).forEach(([name, value]) => data.set(name, value));
      return this.request(form.action, { method: "POST", body: data });
    });
  }

  /** Get a page. */
  fetch(url) {
    return this.queue(() => this.request(url, {}, false));
  }

  queue(act) {
    const turn = this.line.then(act);
    this.line = turn.catch(() => null);
    return turn;
  }

  async request(url, options, isSave = true) {
    let wait = FIRST_WAIT;
    if (isSave) {
      this.isLate = true;
      this.onState("saving");
    }
    for (;;) {
      const answer = await fetch(url, { ...options, credentials: "same-origin" }).catch(() => null);
      // 502 to 504: the server is starting again; anything else is an answer to show.
      if (answer && ![502, 503, 504].includes(answer.status)) return this.read(answer, isSave);
      this.onState("unsaved");
      await new Promise((done) => setTimeout(done, wait));
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }

  // An error, or the door of a session that ended: said above the page, where what was typed stays.
  refuse(page) {
    this.isLate = false;
    if (page.getElementById("typed")) {
      document.querySelector("#content").replaceChildren(...page.querySelector("#content").childNodes);
      return;
    }
    this.onState("refused");
    const notice = document.createElement("div");
    notice.className = "notice notice-danger";
    notice.setAttribute("role", "alert");
    notice.append(...page.querySelectorAll("#content h1, #content p"));
    document.querySelectorAll("#content > .notice").forEach((earlier) => earlier.remove());
    document.querySelector("#content > .page-head").after(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  async read(answer, isSave) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) {
      this.refuse(page);
      return null;
    }
    if (isSave) {
      this.isLate = false;
      this.onState("saved");
    }
    // A page shown in answer to a form, without going elsewhere, has no address to come back to.
    return { document: page, url: isSave && !answer.redirected ? "" : answer.url };
  }
}
