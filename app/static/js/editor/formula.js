// Says what is wrong with a formula while it is typed, and where.
const PAUSE = 500;

export function watchFormulas(editor) {
  for (const field of editor.querySelectorAll("[data-rule]")) {
    let waiting = 0;
    const line = document.getElementById(`${field.id}-live`);
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const query = new URLSearchParams({ rule: field.dataset.rule, source: field.value });
        const answer = await fetch(`${editor.dataset.formula}?${query}`, { credentials: "same-origin" }).catch(() => null);
        if (!answer?.ok) return;
        const { sentence } = await answer.json();
        if (line.textContent !== sentence) line.textContent = sentence;
        field.setAttribute("aria-invalid", String(sentence !== ""));
      }, PAUSE);
    });
  }
}
