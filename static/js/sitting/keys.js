// Keys: only where nobody is typing, never with a modifier, and never while something is under way.
import { chosen, leave, written } from "./bar.js";
import { byId, say, state, waits } from "./page.js";
import { underWay } from "./send.js";
import { goal, goalWords, step, turning } from "./turn.js";

const writing = (target) => target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
const COMMANDS = { a: "Approve", c: "Approve if", d: "Defer", r: "Reject", t: "Ratify", x: "Call unauthorised", u: "Undo", n: "Next", p: "Back" };
/** Letters that follow a refused one as quickly are the rest of a word that was meant for no key. */
const WORD = 1000;
/** Enter after a letter as quickly as this is the end of a word too. */
const BREATH = 400;
let letterAt = -WORD;
let isWord = false;
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
