// The bell: asks each minute, while the page is looked at, how much is unread; a link to what it is about marks it read.
const bells = document.querySelectorAll("[data-bell]");
const status = document.querySelector("[data-bell-status]");
let known = bells.length ? Number(bells[0].dataset.unread) : 0;

function show(answer) {
  for (const bell of bells) {
    bell.dataset.unread = answer.unread;
    bell.classList.toggle("is-urgent", answer.urgent);
    bell.querySelector("[data-bell-count]").textContent = answer.unread ? answer.words : "";
    bell.setAttribute("aria-label", answer.unread ? `Reminders, ${answer.words} unread` : "Reminders, none unread");
  }
  if (answer.unread > known && status) status.textContent = `${answer.words} unread reminders`;
  known = answer.unread;
}

async function ask() {
  if (document.hidden) return;
  try {
    const response = await fetch(bells[0].dataset.bell, { headers: { Accept: "application/json" }, redirect: "error" });
    if (response.ok) show(await response.json());
  } catch {
    // Offline, or signed out: what stands there stays, and the next minute asks again.
  }
}

function read(event) {
  const link = event.target.closest("a[data-read]");
  const token = document.querySelector('meta[name="csrf-token"]');
  if (!link || !token) return;
  const body = new URLSearchParams({ key: link.dataset.read, csrfmiddlewaretoken: token.content });
  fetch(bells[0].dataset.readAt, { method: "POST", body, keepalive: true });
}

if (bells.length) {
  setInterval(ask, 60_000);
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("click", read);
}
