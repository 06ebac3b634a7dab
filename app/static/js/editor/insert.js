// Puts the answer to an earlier question where the cursor stands in a text: `${name}`.
export function letInsert(editor) {
  for (const menu of editor.querySelectorAll("[data-insert]")) {
    menu.parentElement.hidden = false;
    menu.addEventListener("change", (event) => {
      event.stopPropagation();
      const field = document.getElementById(menu.dataset.insert);
      if (!menu.value) return;
      field.setRangeText(`\${${menu.value}}`, field.selectionStart, field.selectionEnd, "end");
      menu.value = "";
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
