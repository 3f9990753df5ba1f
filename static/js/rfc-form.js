// The RFC form: chips from what is typed, a slot into the session, the section in view, and a warning before typed work is left.
const form = document.getElementById("rfc-form");
const said = document.getElementById("form-said");
const say = (words) => { said.textContent = words; };
const checkAgain = () => form.dispatchEvent(new CustomEvent("rfc:check", { bubbles: true }));

// --- Chips ---
function slugOf(input, word) {
  if (!input.hasAttribute("list")) return /^RFC-\d{6,}$/i.test(word) ? word.toUpperCase() : "";
  const options = [...document.getElementById(input.getAttribute("list")).options];
  return options.find((option) => [option.value, option.dataset.slug].some((name) => name.toLowerCase() === word.toLowerCase()))?.dataset.slug ?? "";
}

function addChip(input) {
  const word = input.value.trim();
  const slug = word && slugOf(input, word);
  if (!slug) return false;
  const field = input.closest("[data-chips]");
  const list = field.querySelector(".tokens");
  const held = [...list.querySelectorAll("input")].find((box) => box.value === slug);
  if (held) held.checked = true;
  else list.append(chip(field.dataset.chips, slug, word));
  input.value = "";
  input.removeAttribute("aria-invalid");
  say(`${word} added.`);
  checkAgain();
  return true;
}

function chip(name, slug, word) {
  const made = document.getElementById("template-chip").content.cloneNode(true);
  Object.assign(made.querySelector("input"), { name, value: slug });
  made.querySelector("span").textContent = word;
  return made;
}

form.addEventListener("keydown", (event) => {
  const input = event.target.closest("[data-chip-input]");
  if (!input || event.key !== "Enter") return;
  event.preventDefault();
  if (!addChip(input)) checkAgain();
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-chip-input]")) addChip(event.target);
});
// A word picked from the list arrives as one input event, not as keys.
form.addEventListener("input", (event) => {
  if (event.target.matches("[data-chip-input]") && (event.inputType === "insertReplacementText" || event.inputType === undefined)) addChip(event.target);
});

// --- Slots and sessions ---
const wall = (text) => Date.parse(`${text}Z`);
const shown = (moment) => new Date(moment).toISOString().slice(0, 16);
const inSession = (row, name) => row.querySelector(`input[name="${row.dataset.row}-${name}"]`);
const firstSession = () => document.querySelector("#sessions > .session-row");

function takeSlot(slot) {
  const row = firstSession();
  const [start, end] = ["start", "end"].map((name) => inSession(row, name));
  const by = wall(slot.dataset.start) - wall(start.value);
  start.value = slot.dataset.start;
  end.value = slot.dataset.end;
  for (const name of ["outage_start", "outage_end"]) {
    const input = inSession(row, name);
    if (input.value && Number.isFinite(by)) input.value = shown(wall(input.value) + by);
  }
}

form.addEventListener("change", (event) => {
  const target = event.target;
  if (target.name === "slot" && target.dataset.start) return takeSlot(target);
  if (!target.closest(".session-row") || target.type !== "datetime-local") return;
  const other = document.getElementById("slot-other");
  if (other) other.checked = true;
  if (/-start$/.test(target.name)) suggestEnd(target);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-outage]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest(".session-row");
  for (const name of ["start", "end"]) inSession(row, `outage_${name}`).value = inSession(row, name).value;
  say("The outage lasts as long as the session.");
  checkAgain();
});

// Enter in the line of nights adds them; it checks nothing else.
form.addEventListener("keydown", (event) => {
  if (event.target.id !== "id_nights" || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  form.querySelector('[value="add-nights"]').click();
});

function suggestEnd(start) {
  const end = inSession(start.closest(".session-row"), "end");
  const minutes = [...document.querySelectorAll("[data-total]")].reduce((sum, shownTotal) => sum + parseInt(shownTotal.textContent, 10), 0);
  if (start.value && !end.value && minutes) end.value = shown(wall(start.value) + minutes * 60000);
}

// --- The section in view ---
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) current(entry.target.id);
}, { rootMargin: "-15% 0px -75% 0px" });
let inView = "what";
function current(name = inView) {
  inView = name;
  for (const link of document.querySelectorAll("#form-nav a")) {
    if (link.dataset.section === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
for (const section of form.querySelectorAll(".form-section")) seen.observe(section);
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.target.id === "form-nav") current();
});
current();

// A link to a finding that is folded away opens what holds it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('#rfc-form a[href^="#"]');
  const goal = link && document.querySelector(link.getAttribute("href"));
  const folded = goal?.closest("details:not([open])");
  if (folded) folded.open = true;
});

// --- Typed work is not left unawares ---
let touched = form.querySelector(".form-refusal") !== null;

// What was typed, or brought back by the browser, before the scripts were there is checked as well.
const WRITTEN = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea";
const isWritten = (input) => (input.matches(WRITTEN) ? input.value !== input.defaultValue : input.checked !== input.defaultChecked);
addEventListener("load", () => {
  if (![...form.querySelectorAll("input:not([type=hidden]), textarea")].some(isWritten)) return;
  touched = true;
  for (const input of form.querySelectorAll("[data-chip-input]")) addChip(input);
  checkAgain();
});
form.addEventListener("input", () => { touched = true; });
form.addEventListener("submit", () => { touched = false; });
window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
