// Turning: one queue, in which every press counts.
import { saved } from "./notes.js";
import { byId, say } from "./page.js";
import { send } from "./send.js";

/** The item that the meeting is being turned to; presses that come meanwhile move it on. */
export let goal = "";
export let turning = false;

const stops = () => [...document.querySelectorAll("#sitting-list button.stop")];
const goalNow = () => stops().find((stop) => stop.value === goal);

export function goalWords() {
  const number = goalNow()?.querySelector(".no").textContent.replace(/\D/g, "");
  return number ? `item ${number}` : "the consent list";
}

function tellTurning() {
  const line = byId("strip-turning");
  if (line) line.textContent = goal ? `Turning to ${goalWords()} …` : "";
}

/** So many stops on from where the meeting is, or is being turned to. */
export function step(by) {
  const all = stops();
  const here = all.findIndex((stop) => (goal ? stop.value === goal : stop.hasAttribute("aria-current")));
  const there = all[here + by];
  if (there) turnTo(there.value);
  else say(by > 0 ? "That is the last item." : "That is the first item.");
}

export async function turnTo(key) {
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

document.addEventListener("times", tellTurning); // the page has other parts now
