// Voting from the agenda without opening each item: J and K go from one open vote to the next, F, G and B vote
// for, against, abstain on the one that has the focus. Only where nobody is typing, and never with a modifier.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
const forms = () => [...document.querySelectorAll("[data-quick-vote]")];

const go = (step) => {
  const all = forms();
  if (!all.length) return;
  const here = all.findIndex((form) => form.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : (here + step + all.length) % all.length;
  all[next].querySelector("button").focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const form = forms().find((one) => one.contains(document.activeElement));
  const button = form && form.querySelector(`[data-vote="${CSS.escape(key)}"]`);
  if (button) button.click();
  else if (key === "j" || key === "k") go(key === "j" ? 1 : -1);
  else return;
  event.preventDefault();
});

// After a vote the page comes back at the item; the next open vote is where one goes on.
if (location.hash.startsWith("#item-")) {
  const item = document.getElementById(location.hash.slice(1));
  const after = forms().find((form) => item && item.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (after) after.querySelector("button").focus();
}
