// What is begun in the bar: a verdict that is chosen, text that nobody has recorded.
import { catchUp } from "./news.js";
import { byId } from "./page.js";

export const chosen = () => document.querySelector("#decide [name=verdict]:checked");

/** Whether text stands somewhere that nobody has recorded; notes keep themselves. */
export function written() {
  const fields = document.querySelectorAll("[data-keeps][data-touched] :is(textarea, input:not([type=hidden], [type=radio], [type=checkbox]))");
  return [...fields].some((field) => field.value.trim());
}

/** Leaves what is begun in the bar. */
export function leave() {
  const form = byId("decide");
  if (!form || !(chosen() || written())) return;
  if (chosen()) chosen().checked = false;
  for (const field of form.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox])")) field.value = "";
  for (const tick of form.querySelectorAll("[type=checkbox]")) tick.checked = false;
  form.removeAttribute("data-touched");
  byId("sitting-item").focus({ preventScroll: true });
  catchUp();
}
