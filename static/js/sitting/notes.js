// Notes keep themselves while somebody types.
import { catchUp } from "./news.js";

let noting;

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-keeps], [data-note]");
  if (!form) return;
  form.dataset.touched = "";
  if (!form.matches("[data-note]")) return;
  clearTimeout(noting);
  noting = setTimeout(() => save(form), 800);
});

/** Keeps a note. One that somebody else has written in meanwhile is shown, and is replaced only when asked. */
export async function save(form, { asked = false, keepalive = false } = {}) {
  if (form.dataset.stale && !asked) return;
  const body = new URLSearchParams(new FormData(form));
  const text = form.elements.note.value;
  const says = form.querySelector("[data-note-said]");
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Quiet": "1" }, keepalive });
    if (response.status === 204) {
      form.elements.was.value = text;
      delete form.dataset.stale;
      if (form.elements.note.value === text) form.removeAttribute("data-touched");
      says.textContent = "Kept.";
      catchUp();
    } else if (response.status === 412) {
      form.elements.was.value = await response.text();
      form.dataset.stale = "1";
      says.textContent = `Somebody else has written here: “${form.elements.was.value}” Keep the note puts yours in its place.`;
    } else says.textContent = "Not kept yet. It stays here.";
  } catch {
    says.textContent = "Not kept yet: no connection. It stays here.";
  }
}

addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("[data-note][data-touched]")) save(form, { keepalive: true });
});

/** Every note that somebody has begun to write is kept. */
export const saved = () => Promise.all([...document.querySelectorAll("[data-note][data-touched]")].map((note) => save(note)));
