// What colleagues do at the same transcript, asked for every few seconds; nothing of one's own passes here.

const EVERY = 4000;
const LONGEST = 60000;
const HERE_EVERY = 20000;

export class Live {
  /** `on(content)`: what changed: {version, here, coders, codings, codes}. */
  constructor({ live, here, csrf, on }) {
    this.live = live;
    this.here = here;
    this.csrf = csrf;
    this.on = on;
    this.wait = EVERY;
    this.etag = "";
    this.saidHere = 0;
    addEventListener("online", () => this.soon());
    document.addEventListener("visibilitychange", () => this.soon());
    this.turn();
  }

  soon() {
    this.wait = EVERY;
    clearTimeout(this.timer);
    this.turn();
  }

  /** One question at a time, none while nobody looks; longer and longer apart while nothing answers. */
  async turn() {
    if (this.isAsking) return;
    this.isAsking = true;
    if (!document.hidden) {
      const answered = await this.ask().catch(() => false);
      this.wait = answered ? EVERY : Math.min(this.wait * 2, LONGEST);
    }
    this.isAsking = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), this.wait);
  }

  async ask() {
    if (Date.now() - this.saidHere > HERE_EVERY) {
      this.saidHere = Date.now();
      const headers = { "X-CSRFToken": this.csrf };
      await fetch(this.here, { method: "POST", headers, signal: AbortSignal.timeout(EVERY * 2) });
    }
    const answer = await fetch(this.live, {
      headers: this.etag ? { "If-None-Match": this.etag } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(EVERY * 2),
    });
    if (answer.status === 304) return true;
    if (!answer.ok) return false;
    const content = await answer.json();
    this.etag = answer.headers.get("ETag") ?? "";
    this.on(content);
    return true;
  }
}
