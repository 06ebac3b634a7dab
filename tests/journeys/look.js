// What a page says to whoever looks: of the page before us (null), or of this HTML. The hidden, the token and the order of
// attributes are left out; fields are said as they stand.
(html) => {
  const live = html === null;
  const page = live ? document : new DOMParser().parseFromString(html, "text/html");
  const frame = page.querySelector(".phone");
  const controls = [...frame.querySelectorAll("input, select, textarea")];
  const states = controls.map((each) => [each.type, each.checked, each.value]);
  const copy = frame.cloneNode(true);
  [...copy.querySelectorAll("input, select, textarea")].forEach((each, place) => {
    const [type, checked, value] = states[place];
    for (const name of ["value", "checked", "disabled"]) if (!(name === "value" && /radio|checkbox|submit/.test(type))) each.removeAttribute(name);
    if (type === "textarea" || /select/.test(type)) each.querySelectorAll("option").forEach((option) => option.removeAttribute("selected"));
    each.setAttribute("said", /radio|checkbox/.test(type) ? checked : value.trim());
    if (type === "textarea") each.textContent = "";
  });
  for (const each of copy.querySelectorAll("[hidden], [name=csrf], [name=cards], [data-aloud]")) each.remove();
  for (const each of copy.querySelectorAll("[data-said]")) each.replaceWith(...each.childNodes);
  for (const each of copy.querySelectorAll("[data-opened], template, [name$=':shown']")) each.remove();
  for (const name of ["data-form", "data-draft", "data-page"]) copy.querySelector("form")?.removeAttribute(name);
  copy.querySelectorAll("main").forEach((each) => each.removeAttribute("tabindex"));
  copy.querySelectorAll("option").forEach((each) => each.removeAttribute("disabled"));
  const write = (node) => {
    if (node.nodeType === 3) return node.textContent.replace(/\s+/g, " ");
    if (node.nodeType !== 1) return "";
    const attributes = [...node.attributes].filter(({ name, value }) => name !== "action" && value !== "")
      .map(({ name, value }) => `${name}=${value.trim()}`).sort().join("|");
    return `<${node.localName} ${attributes}>${[...node.childNodes].map(write).join("")}</>`;
  };
  const lines = write(copy).replace(/> +/g, ">").replace(/ +</g, "<").replace(/</g, "\n<").split("\n").map((each) => each.trim());
  return [page.title, ...lines].join("\n");
}
