// The fields of a repetition (partials/rhythm_fields.html): what does not belong to the chosen kind is hidden.
// A rule that is written over takes the place of the words; words that are chosen afterwards take it back.
// An answer of the server brings the rule that the words make, in an element with [data-rrule].
const UNITS = { daily: "days", weekly: "weeks", nth: "months", month_day: "months", yearly: "years" };

function parts(box) {
  const field = (name) => box.querySelector(`[name$="rhythm${name}"]`);
  return { kind: field(""), raw: field("_raw"), shownRaw: field("_raw_shown"), unit: box.querySelector("[data-unit]"), fold: box.querySelector("[data-rhythm-raw]") };
}

function show(box) {
  const { kind, unit, fold } = parts(box);
  for (const part of box.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  if (UNITS[kind.value]) unit.textContent = UNITS[kind.value];
  if (kind.value === "raw") fold.open = true;
}

function changed(event) {
  const box = event.target.closest?.("[data-rhythm]");
  if (!box) return;
  const { kind, raw, shownRaw } = parts(box);
  if (event.target === raw && raw.value && raw.value !== shownRaw.value) kind.value = "raw";
  if (event.target === kind && kind.value !== "raw") raw.value = shownRaw.value;
  show(box);
}

// Captured, so that the fields are in order before htmx sends them.
document.addEventListener("input", changed, true);
document.addEventListener("change", changed, true);
document.addEventListener("htmx:afterSettle", () => {
  const told = document.querySelector("[data-rrule]");
  const box = document.querySelector("[data-rhythm]");
  if (!told || !box) return;
  const { kind, raw, shownRaw } = parts(box);
  if (kind.value !== "raw" && raw !== document.activeElement) raw.value = shownRaw.value = told.dataset.rrule;
});
for (const box of document.querySelectorAll("[data-rhythm]")) show(box);
