// Toasts leave by themselves after 8 s (CSS). This adds the close button's work, and toasts that
// a response brings in its HX-Trigger header: {"toast": "Moved to Thu 26 Nov 21:00. 3 people told."}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(".toast").remove();
});

document.addEventListener("toast", (event) => {
  const list = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!list || !template) return;
  const toast = template.content.cloneNode(true);
  toast.querySelector(".toast-text").textContent = event.detail.value ?? event.detail;
  list.append(toast);
});
