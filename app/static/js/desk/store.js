// What the desk knows: codes, codings, who codes, which codes were used last.

const MOST_RECENT = 9;

export class Store {
  constructor(payload, key) {
    this.words = payload.words;
    this.mayCode = payload.may_code;
    this.mayCreate = payload.may_create;
    this.me = payload.me;
    this.coders = new Map(payload.coders.map((coder) => [coder.id, coder.name]));
    this.coderKeys = new Map(payload.coders.map((coder) => [coder.key, coder.id]));
    this.byId = new Map();
    this.codes = [];
    for (const code of payload.codes) this.addCode(code);
    this.onlyMine = false;
    this.codings = payload.codings.map(([start, end, code, coder, comment, status]) => ({
      start,
      end,
      code: this.codes[code],
      coder,
      comment,
      status,
    }));
    this.recentKey = `tresse.recent.${key}`;
    this.recent = this.loadRecent();
    this.last = this.recent[0] ?? null;
  }

  loadRecent() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.recentKey) ?? "[]");
      return kept.filter((id) => this.byId.get(id)?.codable);
    } catch {
      return [];
    }
  }

  addCode(code) {
    code.order = this.codes.length;
    code.key = code.order;
    this.codes.push(code);
    this.byId.set(code.id, code);
    return code;
  }

  /** A provisional code gets the identity that the server gave it, or turns out to be one that exists. */
  settle(code, real) {
    this.byId.delete(code.id);
    this.recent = this.recent.map((id) => (id === code.id ? real.id : id));
    Object.assign(code, real, { key: `${code.key}-settled` });
    if (this.last && !this.byId.has(this.last)) this.last = real.id;
    this.byId.set(code.id, code);
  }

  /** Put a code first among those used last; the others keep their order, so keys move as little as possible. */
  use(code) {
    this.last = code.id;
    if (!this.recent.includes(code.id)) this.recent = [...this.recent, code.id].slice(-MOST_RECENT);
    try {
      localStorage.setItem(this.recentKey, JSON.stringify(this.recent));
    } catch {
      // Without storage, the keys are forgotten with the page.
    }
  }

  /** Put the colleagues' codings as they are now in the place of those known; one's own stay. Says whether any changed. */
  takeOthers({ coders, codes, codings }) {
    for (const [key, name] of coders) {
      if (this.coderKeys.has(key)) continue;
      const id = this.coders.size;
      this.coderKeys.set(key, id);
      this.coders.set(id, name);
    }
    for (const code of codes) if (!this.byId.has(code.id)) this.addCode(code);
    const theirs = codings.map(([start, end, code, key, comment, status]) => ({
      start, end, code: this.byId.get(code), coder: this.coderKeys.get(key), comment, status,
    }));
    const isTheirs = (one) => one.coder !== this.me;
    const before = this.codings.filter(isTheirs);
    const text = (all) => all.map((one) => `${one.start}-${one.end} ${one.code.id} ${one.coder} ${one.status} ${one.comment}`).sort().join("\n");
    if (text(before) === text(theirs)) return false;
    this.codings = [...this.codings.filter((one) => !isTheirs(one)), ...theirs];
    return true;
  }

  visible(coding) {
    return !this.onlyMine || coding.coder === this.me;
  }

  find(start, end, code, coder = this.me) {
    return this.codings.find(
      (one) => one.start === start && one.end === end && one.code === code && one.coder === coder,
    );
  }

  /** Codings that share a character with [start, end). */
  at(start, end) {
    return this.codings
      .filter((one) => one.start < end && start < one.end && this.visible(one))
      .sort((one, other) => one.start - other.start || one.end - other.end);
  }

  countOf(code) {
    return this.codings.reduce((sum, one) => sum + (one.code === code && this.visible(one) ? 1 : 0), 0);
  }
}
