// Saves that cannot get lost: each act is kept in the browser until the server confirmed it.
// One entry an act, so that two windows never overwrite each other; the server may receive an act twice.

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const TIMEOUT = 20000;

export class Queue {
  /** `version`: the one of the text that the page shows. `on`: {changed(queue), confirmed(act, answer), refused(act, sentence)}. */
  constructor({ key, csrf, version, on }) {
    this.prefix = `tresse.desk.${key}.`;
    this.csrf = csrf;
    this.version = version;
    this.on = on;
    this.acts = this.load();
    this.isSending = false;
    this.failure = null;
    this.wait = FIRST_WAIT;
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (event) => {
      if (this.acts.length) event.preventDefault();
    });
  }

  load() {
    const kept = [];
    try {
      for (let index = 0; index < localStorage.length; index += 1) {
        const name = localStorage.key(index);
        if (name.startsWith(this.prefix)) kept.push(JSON.parse(localStorage.getItem(name)));
      }
    } catch {
      // Storage is forbidden or full: the acts stay in memory, and leaving the page asks first.
    }
    return kept.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  keep(act) {
    try {
      localStorage.setItem(this.prefix + act.id, JSON.stringify(act));
    } catch {
      // Same as above.
    }
  }

  drop(act) {
    this.acts = this.acts.filter((one) => one !== act);
    try {
      localStorage.removeItem(this.prefix + act.id);
    } catch {
      // Same as above.
    }
  }

  push(url, body) {
    this.counter = (this.counter ?? 0) + 1;
    const moment = Date.now().toString(36).padStart(9, "0");
    const id = `${moment}-${String(this.counter).padStart(6, "0")}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const act = { id, url, body: { ...body, version: this.version, key: id } };
    this.acts.push(act);
    this.keep(act);
    this.on.changed(this);
    this.send();
    return act;
  }

  /** Acts that still name a code by its provisional id get the real one. */
  rename(provisional, real) {
    for (const act of this.acts) {
      if (act.body.codes?.includes(provisional)) {
        act.body.codes = act.body.codes.map((code) => (code === provisional ? real : code));
        this.keep(act);
      }
    }
  }

  retry() {
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT;
    this.send();
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    while (this.acts.length) {
      const act = this.acts[0];
      let answer;
      try {
        answer = await fetch(act.url, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, Accept: "application/json" },
          body: JSON.stringify(act.body),
          signal: AbortSignal.timeout(TIMEOUT),
        });
      } catch {
        this.hold("offline");
        return;
      }
      const content = await answer.json().catch(() => null);
      if (answer.ok && content) {
        this.failure = null;
        this.wait = FIRST_WAIT;
        this.drop(act);
        this.on.confirmed(act, content);
      } else if (answer.status === 401 || (answer.status === 400 && !content?.sentence)) {
        // Signed out, or the token of an older session: the person signs in again, nothing is thrown away.
        this.hold("signed_out");
        return;
      } else if (answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status)) {
        this.drop(act);
        this.on.refused(act, content?.sentence);
      } else {
        this.hold("server");
        return;
      }
      this.on.changed(this);
    }
    this.isSending = false;
    this.on.changed(this);
  }

  hold(reason) {
    this.isSending = false;
    this.failure = reason;
    this.timer = setTimeout(() => this.send(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.on.changed(this);
  }
}
