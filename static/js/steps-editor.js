// Rows of the RFC form: steps, sessions, contacts, references. Adds, removes and moves them where they stand, keeps the focus
// and says what was done. Without it the same buttons ask the server. The order on the page is the order that is sent.
const said = document.getElementById("form-said");
const say = (words) => { if (said) said.textContent = words; };
const listOf = (row) => row.closest("[data-rows]");
const nameOf = (list) => ({ sessions: "Session", contacts: "Contact", references: "Record" })[list.dataset.rows] ?? "Step";
const checkAgain = (list) => list.dispatchEvent(new CustomEvent("rfc:check", { bubbles: true }));

function renumber(list) {
  [...list.children].forEach((row, place) => {
    const number = `${list.dataset.letter ?? ""}${place + 1}`;
    const shown = row.querySelector("[data-no]");
    if (!shown) return;
    shown.textContent = number;
    for (const button of row.querySelectorAll(".moves [aria-label]")) {
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/step \w*/, `step ${number}`));
    }
  });
}

const numberOf = (row) => row.querySelector("[data-no]")?.textContent ?? String([...row.parentNode.children].indexOf(row) + 1);

function move(button, row, by) {
  const list = listOf(row);
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return say(by < 0 ? "It is the first already." : "It is the last already.");
  if (by < 0) other.before(row);
  else other.after(row);
  renumber(list);
  button.focus();
  row.classList.add("is-moved");
  setTimeout(() => row.classList.remove("is-moved"), 900);
  say(`Step moved to ${numberOf(row)} of ${list.children.length}.`);
  checkAgain(list);
}

function remove(row) {
  const list = listOf(row);
  const near = row.nextElementSibling ?? row.previousElementSibling;
  const number = numberOf(row);
  row.remove();
  renumber(list);
  total(list);
  const goal = near?.querySelector("textarea, input:not([type=hidden])") ?? addButton(list);
  goal?.focus();
  say(`${nameOf(list)} ${number} taken away. ${list.children.length} left.`);
  checkAgain(list);
}

const addButton = (list) => document.querySelector(`[data-add="${list.dataset.rows}"]`);

function add(group) {
  const list = document.querySelector(`[data-rows="${group}"]`);
  const template = document.getElementById(`template-${group}`) ?? document.getElementById("template-steps");
  const taken = [...list.children].map((row) => Number(row.dataset.row.split("-")[1]));
  const prefix = `${group}-${Math.max(-1, ...taken) + 1}`;
  const row = template.content.firstElementChild.cloneNode(true);
  const before = row.dataset.row;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes(before)) attribute.value = attribute.value.replaceAll(before, prefix);
    }
  }
  list.append(row);
  renumber(list);
  row.querySelector("textarea, input:not([type=hidden])").focus();
  say(`${nameOf(list)} ${numberOf(row)} added.`);
}

function total(list) {
  const shown = document.querySelector(`[data-total="${list.dataset.rows}"]`);
  if (!shown) return;
  const minutes = [...list.querySelectorAll(".minutes > input")].map((input) => Number(input.value) || 0);
  shown.textContent = `${minutes.reduce((sum, one) => sum + one, 0)} min`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-remove], [data-add]");
  if (!button || !button.closest("#rfc-form")) return;
  event.preventDefault();
  if (button.dataset.add) return add(button.dataset.add);
  const row = button.closest("[data-row]");
  if (button.dataset.move) move(button, row, Number(button.dataset.move));
  else remove(row);
});

// Alt with an arrow moves the step that is being written in.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(".step-edit");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  move(event.target, row, event.key === "ArrowUp" ? -1 : 1);
});

document.addEventListener("input", (event) => {
  const list = event.target.closest?.(".minutes") && listOf(event.target);
  if (list) total(list);
});
