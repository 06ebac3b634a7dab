// In the phone beside the editor: the link of a question opens its card in the page around, without leaving it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-edit]");
  if (!link || parent === window || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  parent.postMessage({ edit: link.dataset.edit }, location.origin);
});
