// Moves questions and answers by their handles; the buttons ↑ and ↓ do the same by keyboard.
let dragged = null;

export function letDrag(editor, { onQuestion, onChoice }) {
  for (const handle of editor.querySelectorAll(".q-handle:not([draggable])")) {
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = handle.closest(".choice-row") || handle.closest(".q");
      dragged.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
    });
    handle.addEventListener("dragend", () => {
      dragged?.classList.remove("is-dragged");
      mark.remove();
      dragged = null;
    });
  }
  const list = editor.querySelector("[data-part='list']");
  list.addEventListener("dragover", (event) => {
    const place = dragged && placeAt(event);
    if (!place) return;
    event.preventDefault();
    place.list.insertBefore(mark, place.before);
  });
  list.addEventListener("drop", (event) => {
    const place = dragged && placeAt(event);
    if (!place) return;
    event.preventDefault();
    mark.remove();
    if (dragged.classList.contains("choice-row")) {
      const rows = [...place.list.querySelectorAll("[data-choice]")].filter((row) => row !== dragged);
      const at = place.before ? rows.indexOf(place.before) : rows.length;
      onChoice(dragged.closest("form"), `choice-to:${dragged.dataset.choice}:${at < 0 ? rows.length : at}`);
    } else {
      onQuestion({ item: dragged.dataset.key, parent: place.list.dataset.parent, before: place.before?.dataset.key ?? "" });
    }
  });
}

const mark = Object.assign(document.createElement("li"), { className: "q-mark", ariaHidden: "true" });

// The list under the pointer and the row before which the dragged one would stand, null for its end.
function placeAt(event) {
  const isChoice = dragged.classList.contains("choice-row");
  const list = event.target.closest(isChoice ? ".choice-rows" : ".q-list");
  if (!list || dragged.contains(list) || (isChoice && list !== dragged.parentElement)) return null;
  const rows = [...list.children].filter((row) => (isChoice ? row.dataset.choice : row.dataset.key) && row !== dragged);
  const before = rows.find((row) => {
    const box = row.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  return { list, before: before ?? null };
}
