// A page whose questions depend on each other is kept up to date while it is answered. Loaded when the page is idle;
// whatever fails here, the page works as it does without scripts.
import { enhance } from "./respond/enhance.js";
import { prepare } from "./respond/form.js";

const element = document.querySelector("form[data-form]");

async function start() {
  const { form, draft, page } = element.dataset;
  const answer = await fetch(form);
  if (answer.ok) enhance(element, prepare(await answer.json()), JSON.parse(draft), page);
}

if (element) {
  const begin = () => start().catch(() => {});
  if (window.requestIdleCallback) requestIdleCallback(begin, { timeout: 2000 });
  else setTimeout(begin, 200);
}
