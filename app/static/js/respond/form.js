/* The form engine on the phone: what a form says about given answers, as surveys/engine.py says it on the server.

The server evaluates everything again at each save and stays the authority (docs/method/phone-engine.md). What this engine
does not compute (areas, chance without a seed, …) it never guesses: the fact is then unknown, and `state.asks` says so.

    import { prepare, evaluate } from "./form.js";
    import { readPage } from "./reading.js";

    const form = prepare(json);   // json: GET /r/CODE/form-VERSION.json, immutable (surveys/phone_form.py). Once a version.
    const state = evaluate(form, {
      answers: { age: 34, tools: ["saw", "axe"], children: 2, "toy[2.1]": "ball" },
                                  // by key as in ADR 10: absent = never asked (takes its default), null = left empty
      missing: { income: "refused" },          // "refused" or "unknown", by key
      carried: { pseudonym: "P-12" },          // what the response carries silently, as the server gave it
      moment: "2026-11-25T14:03:00.123+00:00", // when the response was started: today() and now() are frozen there
      seed: 12345, locale: "fr",
      changed: ["age"],                        // keys just changed, for calculations with a trigger
    });

    form.pages                       [{ number, key, headings: [keys], items: [keys] }], as surveys/routing.paginate
    form.item(key)                   the item, as surveys.definition.Item in JSON: name, key, type, list, appearance, parameters…
    state.isRelevant(key)            items and groups; keys of repeated ones carry their numbers: "age[2]"
    state.isRequired(key)  state.isReadOnly(key)
    state.violations([keys])         [{ key, fault: "required" | "constraint" | "type" | "choice", code }]; of all items without keys
    state.value(key)                 typed value: number, text, list, or null when empty or not relevant
    state.text(key, kind)            [html, tag]; kind: "labels" | "hints" | "constraint_messages" | "required_messages";
                                     the author's text made safe by the server, what it quotes filled in and escaped here
    state.choices(key)               [{ name, label, tag }] left by the filter, in the order of the response's seed
    state.calculated()               { key: value } of calculations and silent items
    state.shownPages()  state.nextPage(number)  state.previousPage(number)  state.closingPages()
                                     number -1 asks for the first page; null after the last
    state.failures                   { key: code } of expressions that failed on these answers (they ask nothing of anyone)
    state.asks                       Set of keys about which only the server knows something: a page holding one is shown,
                                     nothing of it is refused here, and the server decides when it is reached

    readPage(form, draft, page, fields)        as surveys/answering.read_page: what the fields of a page say
        draft: what `evaluate` takes, and optionally `state`
        fields: { name: [values] }, for example from new FormData(formElement)
        → { answers, missing, violations, revealed, nextPage, carried, state, parsed }
*/
