/* What stops an expression, thrown as it is. */

/* Only the server can compute it: whoever catches this leaves the fact to the server. */
export const ASK = Symbol("ask the server");

/* It fails on these answers, as it does on the server. */
export const FAILURE = Symbol("failure");
