// A running meeting, followed: asks the server for news every two seconds, puts in what has changed, and says when it cannot.
// All state is the server's. Without this script each button sends its form and the page comes back whole.
const REGIONS = ["sitting-strip", "sitting-list", "sitting-item", "sitting-aside", "sitting-bar"];
const EVERY = 2000;
const AT_MOST = 15000;
const byId = (id) => document.getElementById(id);
const state = () => byId("sitting-state").dataset;
const waits = "waits" in state();

// --- What is served, and what of it is on the page ---------------------------------------------------------------------
const served = new Map();
const plain = (element) => element.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
const keep = () => REGIONS.forEach((id) => byId(id) && served.set(id, plain(byId(id))));

/** Whether somebody has begun to write in a region, so that it is not taken from under their hands. */
const typedIn = (region) => region?.querySelector("[data-touched]") != null;

/** Whether a region is older than the turn, because somebody was writing in it. */
let missed = false;

/** Small parts of a region that are brought up to date even where the rest of it stays: who is there, most of all. */
function freshen(here, fresh) {
  for (const part of here.querySelectorAll("[data-live]")) {
    const there = fresh.getElementById(part.id);
    if (there && part.textContent !== there.textContent) part.replaceChildren(...there.cloneNode(true).childNodes);
  }
}

/** Puts in what is new. What somebody writes in stays, unless it is what was sent (`sent`), or the item is another one (`all`). */
function put(fresh, { all = false, sent = null } = {}) {
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
  tellTurning();
  document.dispatchEvent(new Event("times"));
}

function ready() {
  for (const button of document.querySelectorAll("[data-empties]")) button.hidden = false;
}

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

function catchUp() {
  missed = false;
  state().turn = "-1";
  later(0);
}

// --- News --------------------------------------------------------------------------------------------------------------
let failures = 0;
let timer;
let asking = false;

function later(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, milliseconds);
}

/** The item to stay at: another one than the presenter's, or the one that somebody is writing a decision on. */
const held = () => state().shown || (typedIn(byId("sitting-bar")) ? state().item : "");

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const { news, turn } = state();
    const response = await fetch(`${news}?since=${turn}&item=${held()}`, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
    await taken(response, turn);
  } catch {
    lost();
  } finally {
    asking = false;
    later(Math.min(AT_MOST, EVERY * 2 ** failures));
  }
}

async function taken(response, turn) {
  if (response.redirected) return lost("You are signed out.", response.url);
  if (response.status === 205) return location.reload();
  if (response.status !== 204) {
    if (!response.ok) return lost();
    if (waits) return location.reload();
    const text = await response.text();
    // A form that was sent meanwhile has brought a later turn; older news is none.
    if (state().turn === turn) put(parsed(text));
  }
  found();
}

let since = "";

function lost(words = "", url = "") {
  failures = Math.min(failures + 1, 4);
  since ||= new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: document.querySelector("[data-clock]")?.dataset.zone }).format(Date.now());
  const line = byId("sitting-lost");
  const told = words || `Connection lost at ${since}; showing what was then. It is tried again by itself.`;
  if (!line || line.textContent === told) return;
  line.textContent = told;
  if (url) {
    const link = Object.assign(document.createElement("a"), { href: location.href, textContent: "Sign in again" });
    line.append(" ", link);
  }
  line.hidden = false;
}

function found() {
  failures = 0;
  since = "";
  const line = byId("sitting-lost");
  if (line && !line.hidden) {
    line.hidden = true;
    line.textContent = "";
  }
}

addEventListener("online", () => later(0));
addEventListener("offline", () => lost());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && later(0));

// --- Sending without a flash of the whole page ---------------------------------------------------------------------------
/** How many forms are on their way: while one is, no letter is a command, for the page under the hands is about to be another. */
let underWay = 0;

async function send(form, submitter, body = new URLSearchParams(new FormData(form, submitter))) {
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

// --- Turning: one queue, in which every press counts ---------------------------------------------------------------------
/** The item that the meeting is being turned to; presses that come meanwhile move it on. */
let goal = "";
let turning = false;

const stops = () => [...document.querySelectorAll("#sitting-list button.stop")];
const goalNow = () => stops().find((stop) => stop.value === goal);

function goalWords() {
  const number = goalNow()?.querySelector(".no").textContent.replace(/\D/g, "");
  return number ? `item ${number}` : "the consent list";
}

function tellTurning() {
  const line = byId("strip-turning");
  if (line) line.textContent = goal ? `Turning to ${goalWords()} …` : "";
}

/** So many stops on from where the meeting is, or is being turned to. */
function step(by) {
  const all = stops();
  const here = all.findIndex((stop) => (goal ? stop.value === goal : stop.hasAttribute("aria-current")));
  const there = all[here + by];
  if (there) turnTo(there.value);
  else say(by > 0 ? "That is the last item." : "That is the first item.");
}

async function turnTo(key) {
  goal = key;
  tellTurning();
  say(`Turning to ${goalWords()} …`);
  if (turning) return;
  turning = true;
  try {
    await saved();
    while (goal) {
      const [wanted, form] = [goal, byId("turns")];
      const body = new URLSearchParams(new FormData(form));
      body.set("item", wanted);
      const done = await send(form, null, body);
      if (!done || goal === wanted) goal = "";
      if (!done) say("Not turned: no answer came.");
    }
  } finally {
    turning = false;
    tellTurning();
    if (byId("sitting-key").textContent.startsWith("Turning")) say("");
  }
}

const saved = () => Promise.all([...document.querySelectorAll("[data-note][data-touched]")].map((note) => save(note)));

/** Where the hands are after an answer: at what is wrong, at the new row, or at the item. */
function attend(response, submitter) {
  const rows = [...document.querySelectorAll(".bar-conditions > li")];
  const wrong = document.querySelector("#sitting-bar .has-error :is(input, textarea, select)");
  if (wrong) wrong.focus();
  else if (submitter?.name === "more") rows.at(-1)?.querySelector("input")?.focus();
  else if (response.ok && document.activeElement === document.body) byId("sitting-item")?.focus({ preventScroll: true });
}

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

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-empties]");
  if (button) for (const field of button.closest("li").querySelectorAll("input")) field.value = "";
});

// --- What is typed -------------------------------------------------------------------------------------------------------
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
async function save(form, { asked = false, keepalive = false } = {}) {
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
      if (missed) catchUp();
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

// --- Keys: only where nobody is typing, never with a modifier, and never while something is under way -------------------
const writing = (target) => target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
const COMMANDS = { a: "Approve", c: "Approve if", d: "Defer", r: "Reject", t: "Ratify", x: "Call unauthorised", u: "Undo", n: "Next", p: "Back" };
/** Letters that follow a refused one as quickly are the rest of a word that was meant for no key. */
const WORD = 1000;
/** Enter after a letter as quickly as this is the end of a word too. */
const BREATH = 400;
let letterAt = -WORD;
let isWord = false;
let saying;

/** What a key has done, or why it has done nothing: seen and read out. */
function say(words) {
  clearTimeout(saying);
  byId("sitting-key").textContent = words;
  if (words) saying = setTimeout(() => say(""), 8000);
}

const chosen = () => document.querySelector("#decide [name=verdict]:checked");

/** Whether text stands somewhere that nobody has recorded; notes keep themselves. */
function written() {
  const fields = document.querySelectorAll("[data-keeps][data-touched] :is(textarea, input:not([type=hidden], [type=radio], [type=checkbox]))");
  return [...fields].some((field) => field.value.trim());
}

/** Leaves what is begun in the bar. */
function leave() {
  const form = byId("decide");
  if (!form || !(chosen() || written())) return;
  if (chosen()) chosen().checked = false;
  for (const field of form.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox])")) field.value = "";
  for (const tick of form.querySelectorAll("[type=checkbox]")) tick.checked = false;
  form.removeAttribute("data-touched");
  byId("sitting-item").focus({ preventScroll: true });
  if (missed) catchUp();
}

/** Why a letter is no command now; empty where it is one. */
function whyNot(key) {
  const name = key.toUpperCase();
  if (underWay || turning) return `${name} came too early: ${goal ? goalWords() : "what was sent"} is not here yet. Press it again.`;
  if (!COMMANDS[key]) return `${name} is no key here; ? shows all keys.`;
  if (written()) return `${name} does nothing while text stands here that is not recorded. Record it, or press Esc to leave it.`;
  if (!document.querySelector(`[data-key="${key}"]`)) return `${name}, ${COMMANDS[key].toLowerCase()}, is not asked on this item.`;
  const word = chosen()?.closest("label").textContent.trim().slice(1).trim();
  return word && "npu".includes(key) ? `${word} is chosen and not recorded. Enter records it, Esc leaves it.` : "";
}

function refuse(why) {
  isWord = true;
  const bare = chosen() && !written() && !why.includes("is chosen");
  if (bare) leave();
  say(bare ? `${why} Nothing is chosen any more.` : why);
}

function letter(key) {
  const now = performance.now();
  isWord = isWord && now - letterAt < WORD;
  letterAt = now;
  if (isWord) return refuse(byId("sitting-key").textContent || "What you type is written nowhere: choose first, and wait for its field.");
  if (turning && "np".includes(key)) return step(key === "n" ? 1 : -1);
  const why = whyNot(key);
  if (why) return refuse(why);
  say("");
  return act(key, document.querySelector(`[data-key="${key}"]`));
}

function act(key, target) {
  if (key === "n" || key === "p") return step(key === "n" ? 1 : -1);
  if (target.dataset.sure) {
    target.focus();
    return say(`Enter will ${target.dataset.sure}.`);
  }
  target.click();
  if (!target.matches("[type=radio]")) return undefined;
  target.closest("form").dataset.touched = "";
  return first(target)?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat || waits) return;
  if (event.key === "Escape") return escaped(event.target);
  if (writing(event.target) || !("keys" in state())) return undefined;
  const key = event.key.toLowerCase();
  if (key === "enter" || key === " ") return entered(event);
  if (key === "?") return document.querySelector('[data-key="?"]')?.click();
  if (!/^[a-z]$/.test(key)) return undefined;
  event.preventDefault();
  return letter(key);
});

/** Out of a field first, and only then out of what is written. */
function escaped(target) {
  if (writing(target)) return byId("sitting-item").focus({ preventScroll: true });
  if (chosen() || written()) {
    leave();
    say("Left: nothing is chosen.");
  }
  return undefined;
}

/** A word that is typed and ended with Enter, or with a space, presses nothing that has the focus. */
function entered(event) {
  if (performance.now() - letterAt > BREATH || !(isWord || event.target.closest("#sitting-bar"))) return;
  event.preventDefault();
  if (!isWord) say("That came with what was typed. Press it once more if you mean it.");
}

/** What a verdict asks for first: conditions, a reason that it needs, a tick where it is out of order, or no more than Enter. */
function first(radio) {
  const form = radio.form;
  if (radio.value === "approve_with_conditions") return form.querySelector(".bar-conditions input");
  if (radio.value === "defer") return form.elements.defer_to;
  if (["reject", "unauthorised"].includes(radio.value)) return form.elements.reason;
  return [...form.querySelectorAll(".bar-sure input")].find((tick) => tick.offsetParent) ?? form.querySelector("[data-records]");
}

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
