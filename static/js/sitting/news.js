// News: the page asks for them every two seconds, and says when no answer comes.
import { byId, parsed, put, state, typedIn, waits, wasMissed } from "./page.js";

export const EVERY = 2000;
const AT_MOST = 15000;

/** Brings up to date what stayed behind while somebody was writing in it. */
export function catchUp() {
  if (!wasMissed()) return;
  state().turn = "-1";
  later(0);
}

let failures = 0;
let timer;
let asking = false;

export function later(milliseconds) {
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

export function lost(words = "", url = "") {
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
