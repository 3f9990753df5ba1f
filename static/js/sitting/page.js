// The page of a running meeting: its regions, and what is put into them without taking anything from under somebody's hands.
const REGIONS = ["sitting-strip", "sitting-list", "sitting-item", "sitting-aside", "sitting-bar"];
export const byId = (id) => document.getElementById(id);
export const state = () => byId("sitting-state").dataset;
export const waits = "waits" in state();

const served = new Map();
const plain = (element) => element.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
export const keep = () => REGIONS.forEach((id) => byId(id) && served.set(id, plain(byId(id))));

/** Whether somebody has begun to write in a region, so that it is not taken from under their hands. */
export const typedIn = (region) => region?.querySelector("[data-touched]") != null;

/** Whether a region is older than the turn, because somebody was writing in it. */
let missed = false;

/** Whether it is; asked for once, as the page is then brought up to date. */
export function wasMissed() {
  const was = missed;
  missed = false;
  return was;
}

/** Small parts of a region that are brought up to date even where the rest of it stays: who is there, most of all. */
function freshen(here, fresh) {
  for (const part of here.querySelectorAll("[data-live]")) {
    const there = fresh.getElementById(part.id);
    if (there && part.textContent !== there.textContent) part.replaceChildren(...there.cloneNode(true).childNodes);
  }
}

/** Puts in what is new. What somebody writes in stays, unless it is what was sent (`sent`), or the item is another one (`all`). */
export function put(fresh, { all = false, sent = null } = {}) {
  const isOther = state().item !== fresh.getElementById("sitting-state").dataset.item;
  for (const id of REGIONS) {
    const [here, there] = [byId(id), fresh.getElementById(id)];
    if (!here || !there || (!all && served.get(id) === plain(there))) continue;
    if (typedIn(here) && !(all && (isOther || here.contains(sent)))) {
      freshen(here, fresh);
      missed = true;
      continue;
    }
    const focused = here.contains(document.activeElement) ? document.activeElement.id : "";
    served.set(id, plain(there));
    here.replaceChildren(...there.childNodes);
    here.className = there.className;
    if (focused) byId(focused)?.focus({ preventScroll: true });
  }
  const after = fresh.getElementById("sitting-state");
  if (isOther) byId("sitting-item").scrollTop = 0;
  byId("sitting-state").replaceWith(after);
  const words = fresh.getElementById("sitting-said").textContent;
  if (byId("sitting-said").textContent !== words) byId("sitting-said").textContent = words;
  const notes = (of) => [...of.querySelectorAll("#sitting-banner .sitting-note")].filter((one) => !one.closest("noscript"));
  const asked = document.activeElement?.closest?.(".sitting-ask") != null;
  notes(document).forEach((one) => one.remove());
  byId("sitting-banner").append(...notes(fresh));
  if (asked) document.querySelector(".sitting-ask button")?.focus();
  const toasts = fresh.querySelectorAll("#toasts .toast");
  if (toasts.length) byId("toasts").replaceChildren(...toasts);
  ready();
  document.dispatchEvent(new Event("times"));
}

export function ready() {
  for (const button of document.querySelectorAll("[data-empties]")) button.hidden = false;
}

export const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

let saying;

/** What a key has done, or why it has done nothing: seen and read out. */
export function say(words) {
  clearTimeout(saying);
  byId("sitting-key").textContent = words;
  if (words) saying = setTimeout(() => say(""), 8000);
}
