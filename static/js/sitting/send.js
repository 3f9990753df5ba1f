// Sending a form without a flash of the whole page.
import { EVERY, later, lost } from "./news.js";
import { byId, parsed, put, state } from "./page.js";

/** How many forms are on their way: while one is, no letter is a command, for the page under the hands is about to be another. */
export let underWay = 0;

export async function send(form, submitter, body = new URLSearchParams(new FormData(form, submitter))) {
  underWay += 1;
  try {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body, signal: AbortSignal.timeout(20000) });
    if (response.status >= 500) throw new Error(response.status);
    const fresh = parsed(await response.text());
    if (!fresh.getElementById("sitting-bar")) {
      location.assign(response.url);
      return false;
    }
    // Of several that are under way, the answer with the latest turn is what holds.
    if (Number(fresh.getElementById("sitting-state").dataset.turn) < Number(state().turn)) return true;
    put(fresh, { all: true, sent: form });
    if (response.status >= 400 || submitter?.name === "more") for (const kept of document.querySelectorAll("#sitting-bar [data-keeps]")) kept.dataset.touched = "";
    attend(response, submitter);
    return true;
  } catch {
    lost();
    later(EVERY);
    return false;
  } finally {
    underWay -= 1;
  }
}

/** Where the hands are after an answer: at what is wrong, at the new row, or at the item. */
function attend(response, submitter) {
  const rows = [...document.querySelectorAll(".bar-conditions > li")];
  const wrong = document.querySelector("#sitting-bar .has-error :is(input, textarea, select)");
  if (wrong) wrong.focus();
  else if (submitter?.name === "more") rows.at(-1)?.querySelector("input")?.focus();
  else if (response.ok && document.activeElement === document.body) byId("sitting-item")?.focus({ preventScroll: true });
}

// Another item, or back to the presenter's: the same page at another address, put in without leaving it.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-look], a[data-follow]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  underWay += 1;
  try {
    const response = await fetch(link.href, { signal: AbortSignal.timeout(20000) });
    const fresh = parsed(await response.text());
    if (!fresh.getElementById("sitting-bar")) return location.assign(response.url);
    history.replaceState(null, "", link.href);
    put(fresh, { all: true });
    byId("sitting-item").focus({ preventScroll: true });
  } catch {
    lost();
  } finally {
    underWay -= 1;
  }
});
