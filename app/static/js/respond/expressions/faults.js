/* What stops an expression: it fails on these answers, or only the server can compute it. */

/* Thrown where a value would need more than the phone has; whoever catches it leaves the fact to the server. */
export const ASK = Symbol("ask the server");

export class Failure {
  constructor(code) {
    this.code = `expression.${code}`;
  }
}
