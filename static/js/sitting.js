// A running meeting, followed: asks the server for news, puts in what has changed, sends its forms, and takes keys.
// All state is the server's. Without this script each button sends its form and the page comes back whole.
import { written } from "./sitting/bar.js";
import "./sitting/keys.js";
import { EVERY, later } from "./sitting/news.js";
import { save, saved } from "./sitting/notes.js";
import { keep, ready, say, state, waits } from "./sitting/page.js";
import { send, underWay } from "./sitting/send.js";
import { turnTo } from "./sitting/turn.js";

/** What is left behind by a click is asked for once: the same click again means it. */
let warned = null;

function isLeft(form) {
  if (!form.matches("[data-turns]") || !written() || warned === state().item) return false;
  warned = state().item;
  say("What you have written here is not recorded yet. Record it, or press the same once more to leave it behind.");
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-note]")) {
    event.preventDefault();
    save(form, { asked: true });
  } else if (form.matches("[data-sitting]") && !waits) {
    event.preventDefault();
    if (isLeft(form)) return;
    if (form.matches("[data-turns]")) {
      turnTo(event.submitter?.name === "item" ? event.submitter.value : new FormData(form).get("item"));
      return;
    }
    if (form.matches("#decide") && underWay) {
      say("Not sent: the page was still changing. Press it again.");
      return;
    }
    await saved();
    send(form, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-empties]");
  if (button) for (const field of button.closest("li").querySelectorAll("input")) field.value = "";
});

// --- The bar of the item's time, from the server's clock -----------------------------------------------------------------
const meta = document.querySelector('meta[name="server-time"]');
const offset = meta ? Date.parse(meta.content) - Date.now() : 0;

function grow() {
  for (const rect of document.querySelectorAll("[data-gone-from]")) {
    const gone = (Date.now() + offset - Date.parse(rect.dataset.goneFrom)) / 60000 / rect.dataset.goneMinutes;
    rect.setAttribute("width", `${Math.min(100, Math.max(0, gone * 100)).toFixed(2)}%`);
  }
}

keep();
ready();
later(EVERY);
if (!waits) setInterval(grow, 1000);
