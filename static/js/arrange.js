// Arranging an agenda without a reload: the same forms are sent, and the page that comes back takes the place of this one.
// Adds dragging by the grip and Alt with an arrow key; focus stays on the item that moved, and its new place is said.
const root = () => document.getElementById("arrange");
const say = (words) => { const said = document.getElementById("arrange-said"); if (said) said.textContent = words; };
let isSending = false;

function begin() { root()?.classList.add("has-script"); }

async function send(form, extra, focusId) {
  if (isSending) return;
  isSending = true;
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("arrange");
    if (!fresh) throw new Error("signed out");
    root().replaceWith(fresh);
    begin();
    const told = page.querySelector(".toasts, #toasts")?.querySelector("[data-toast], .toast");
    say(told?.querySelector(".toast-text, p")?.textContent.trim() ?? told?.textContent.trim() ?? "Moved.");
    focusOn(focusId);
  } catch {
    form.submit(); // the server says what is the matter
  } finally {
    isSending = false;
  }
}

function focusOn(id) {
  const wanted = document.getElementById(id);
  const row = document.getElementById(`item-${id.split("-")[1]}`);
  const goal = wanted && !wanted.disabled ? wanted : row?.querySelector(".moves button:not(:disabled)") ?? row?.querySelector("a");
  goal?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-by]");
  const button = event.submitter;
  if (!form || !button || !root()) return;
  event.preventDefault();
  send(form, { to: button.value }, button.id);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-item]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  if (event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  const by = event.key === "ArrowUp" ? "-1" : "1";
  const button = row.querySelector(`[data-by="${by}"] button`);
  if (button.disabled) say(by === "-1" ? "It is the first of its section already." : "It is the last of its section already.");
  else send(button.form, { to: button.value }, button.id);
});

let dragged = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = grip.closest("[data-item]");
  dragged.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const others = [...dragged.parentNode.children].filter((row) => row !== dragged);
  const next = others.find((row) => {
    const box = row.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  if (next) next.before(dragged);
  else dragged.parentNode.append(dragged);
});

function drop() {
  if (!dragged) return;
  const row = dragged;
  dragged = null;
  row.classList.remove("is-dragged");
  const place = [...row.parentNode.children].indexOf(row) + 1;
  if (place === Number(row.dataset.place)) return;
  send(row.querySelector("[data-by]"), { to: place }, `up-${row.id.split("-")[1]}`);
}

document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
begin();
