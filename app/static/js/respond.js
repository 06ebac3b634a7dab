// The program of respondents' pages, and in a worker that of their worker. Loaded when the page is idle; whatever fails
// here, pages are answered and posted as without scripts.
import { begin } from "./respond/offline/app.js";
import { serve } from "./respond/offline/worker.js";
import { enhance } from "./respond/enhance.js";
import { prepare } from "./respond/form.js";

// A page of the server whose questions depend on each other is kept up to date while it is answered.
async function follow(element) {
  const { form, draft, page } = element.dataset;
  const answer = await fetch(form);
  if (answer.ok) enhance(element, prepare(await answer.json()), JSON.parse(draft), page);
}

function start() {
  const element = document.querySelector("form[data-form]");
  if (element) follow(element).catch(console.warn);
  // A questionnaire goes on without network: pages come from the phone, answers rest on it until the server has them.
  if (self.isSecureContext && self.indexedDB && self.caches) begin().catch(console.warn);
}

if (!self.document) serve();
else if (document.querySelector(".shell")) start();
else if (self.requestIdleCallback) requestIdleCallback(start, { timeout: 2000 });
else setTimeout(start, 200);
