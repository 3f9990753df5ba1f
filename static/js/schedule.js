// The calendar's script. Without it every chip, "n more" and move is a page of its own.
const popover = document.getElementById("popover");
const dialogs = document.getElementById("dialog-place");

const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
const fetchInto = (url, target) => window.htmx.ajax("GET", url, { target, swap: "innerHTML" });
const here = () => location.pathname + location.search;
let dragged = null;

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
let asked = 0;

const isOpen = () => popover.matches(":popover-open");
const addressOf = (link) => link.getAttribute("href"); // a link inside a drawing has no text in .href

// `takesFocus` is false where it only shows itself: beside what the mouse rests on, or what the keyboard has come to.
async function openPopover(link, takesFocus = true) {
  const turn = ++asked;
  if (opener !== link || !isOpen()) {
    await fetchInto(addressOf(link), popover);
    if (turn !== asked || !popover.querySelector(".glance")) return;
    opener?.removeAttribute("aria-expanded");
    opener = link;
    if (!isOpen()) popover.showPopover();
    link.setAttribute("aria-expanded", "true");
    place(link);
  }
  if (takesFocus) popover.focus({ preventScroll: true });
}

popover?.addEventListener("toggle", (event) => {
  if (event.newState === "open" || !opener) return;
  opener.removeAttribute("aria-expanded");
  if (document.activeElement === document.body || popover.contains(document.activeElement)) goTo(opener);
  opener = null;
});

// What is in conflict says why after a moment on hover and on focus; a tap is a click.
const REST = 350;
let resting = null;
let isReturning = false;

function goTo(link) {
  isReturning = true; // coming back from the popover is no wish to see it again
  link.focus({ preventScroll: true });
  isReturning = false;
}

function later(act) {
  clearTimeout(resting);
  resting = setTimeout(act, REST);
}

const holdsFocus = () => popover.contains(document.activeElement) || document.activeElement === opener;
const hideShown = () => isOpen() && !holdsFocus() && popover.hidePopover();

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || dragged) return;
  const link = event.target.closest?.("[data-conflict]");
  if (link && link !== opener) later(() => openPopover(link, false));
  else if (popover?.contains(event.target) || link) clearTimeout(resting);
  else if (popover && isOpen()) later(hideShown);
  else clearTimeout(resting);
});

document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("[data-conflict]");
  if (link && !isReturning && link.matches(":focus-visible")) later(() => document.activeElement === link && openPopover(link, false));
});

document.addEventListener("focusout", (event) => {
  if (event.target !== opener || popover.contains(event.relatedTarget)) return;
  clearTimeout(resting);
  if (event.relatedTarget && isOpen()) popover.hidePopover();
});

// By Tab from the link into its popover, and from the popover's last link on to what follows the link.
const stops = () => [...popover.querySelectorAll("a[href], button, summary")];

document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || !popover || !isOpen() || !opener) return;
  const links = stops();
  const here = document.activeElement;
  if (here === opener && !event.shiftKey && links.length) {
    event.preventDefault();
    links[0].focus();
  } else if (event.shiftKey && (here === links[0] || here === popover)) {
    event.preventDefault();
    popover.hidePopover();
  } else if (!event.shiftKey && here === links.at(-1)) {
    const link = opener;
    popover.hidePopover();
    goTo(link); // the browser's own Tab then goes on from there
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || !isPlain(event) || link.closest("dialog")) return;
  if (link.matches(".session-chip, [data-popover]")) {
    event.preventDefault();
    clearTimeout(resting);
    openPopover(link);
  } else if (link.matches("[data-day-link], [data-question]")) {
    event.preventDefault();
    if (isOpen()) popover.hidePopover();
    fetchInto(addressOf(link).split("#")[0], dialogs);
  }
});

// Where seven nights scroll sideways, tonight is in sight first.
function showTonight() {
  const view = document.querySelector("[data-now-in-sight]");
  const now = view?.querySelector(".now-place");
  if (!now || view.scrollWidth <= view.clientWidth) return;
  view.scrollLeft += now.getBoundingClientRect().left - view.getBoundingClientRect().left - view.clientWidth / 3;
}

showTonight();
document.addEventListener("htmx:afterSettle", (event) => event.target.id === "schedule" && showTonight());

// Dragging a session to another night asks the same question as the form.
document.addEventListener("dragstart", (event) => {
  const chip = event.target.closest?.("[data-session]");
  if (!chip) return;
  dragged = chip;
  chip.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", chip.href);
  if (isOpen()) popover.hidePopover();
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
