// The chair flies through: N and P follow the links beside the title, A, C, D, R, T, X choose a decision.
// Only where nobody is typing, and never with a modifier, so that browsers and readers of screens keep their keys.
const typing = (target) => target.closest("input:not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key.length !== 1 || key < "a" || key > "z") return;
  const found = document.querySelector(`[data-key="${key}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
  found.focus();
});
