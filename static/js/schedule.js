// The calendar's script. Without it every chip, "n more" and move is a page of its own.
const popover = document.getElementById("popover");
const dialogs = document.getElementById("dialog-place");

const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
const fetchInto = (url, target) => window.htmx.ajax("GET", url, { target, swap: "innerHTML" });
const here = () => location.pathname + location.search;

// The popover: beside its chip, on the side that has room; a phone's style sheet puts it at the bottom.
function place(beside) {
  const chip = beside.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const right = chip.right + 8 + box.width < innerWidth;
  const left = right ? chip.right + 8 : Math.max(12, chip.left - 8 - box.width);
  const top = Math.min(Math.max(12, chip.top - 40), Math.max(12, innerHeight - box.height - 12));
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}

let opener = null;

async function openPopover(link) {
  await fetchInto(link.href, popover);
  if (!popover.querySelector(".glance")) return;
  opener?.removeAttribute("aria-expanded");
  opener = link;
  if (!popover.matches(":popover-open")) popover.showPopover();
  link.setAttribute("aria-expanded", "true");
  place(link);
  popover.focus({ preventScroll: true });
}

popover?.addEventListener("toggle", (event) => {
  if (event.newState === "open" || !opener) return;
  opener.removeAttribute("aria-expanded");
  if (document.activeElement === document.body || popover.contains(document.activeElement)) opener.focus({ preventScroll: true });
  opener = null;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || !isPlain(event) || link.closest("dialog")) return;
  if (link.matches(".session-chip, [data-popover]")) {
    event.preventDefault();
    openPopover(link);
  } else if (link.matches("[data-day-link], [data-question]")) {
    event.preventDefault();
    if (popover.matches(":popover-open")) popover.hidePopover();
    fetchInto(link.getAttribute("href").split("#")[0], dialogs);
  }
});

// Dragging a session to another night asks the same question as the form.
let dragged = null;

document.addEventListener("dragstart", (event) => {
  const chip = event.target.closest?.("[data-session]");
  if (!chip) return;
  dragged = chip;
  chip.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", chip.href);
  if (popover.matches(":popover-open")) popover.hidePopover();
});

const target = (event) => (dragged ? event.target.closest?.(".day[data-day]") : null);
const unmark = () => document.querySelectorAll(".day.is-target").forEach((day) => day.classList.remove("is-target"));

document.addEventListener("dragover", (event) => {
  const day = target(event);
  if (!day) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  if (!day.classList.contains("is-target")) {
    unmark();
    day.classList.add("is-target");
  }
});

document.addEventListener("drop", (event) => {
  const day = target(event);
  if (!day) return;
  event.preventDefault();
  if (day === dragged.closest(".day")) return;
  const query = new URLSearchParams({ day: day.dataset.day, next: here() });
  fetchInto(`${dragged.getAttribute("href")}move/preview/?${query}`, dialogs);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  unmark();
});
