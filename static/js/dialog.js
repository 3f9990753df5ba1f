// <a href="/the/page/" data-opens="id-of-dialog"> opens a native <dialog>; [data-closes] inside closes it.
// Without script the link leads to the page that does the same.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog, [popover]")?.close?.();
});

// A dialog that the server sends by htmx opens as it arrives.
document.addEventListener("htmx:afterSwap", () => {
  for (const dialog of document.querySelectorAll("dialog[data-arrives]:not([open])")) dialog.showModal();
});
