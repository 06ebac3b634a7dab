// The phone beside the editor follows what is written, and keeps what was answered in it.
export function refreshPhone(frame, key) {
  if (!frame || getComputedStyle(frame).display === "none") return;
  const form = frame.contentDocument?.querySelector("form");
  if (!form) {
    frame.contentWindow.location.reload();
    return;
  }
  if (key) {
    const field = form.elements.namedItem("item") ?? form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: "item", value: key });
  }
  HTMLFormElement.prototype.submit.call(form);
}
