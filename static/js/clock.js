// Live times. The server writes the text and its own time; this only moves it on.
//   <time data-clock data-zone="Europe/Amsterdam">22:50</time>         the time of day
//   <span data-until="2026-11-22T03:25:00Z">21 min</span>               what is left; counts up past zero
//   <span data-until="…" data-count="seconds">4:12</span>               a timer of minutes and seconds
// The offset between the server's clock and this one comes from <meta name="server-time">.
const meta = document.querySelector('meta[name="server-time"]');
const offset = meta ? Date.parse(meta.content) - Date.now() : 0;
const serverNow = () => Date.now() + offset;

function timeOfDay(zone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(serverNow());
}

function spell(minutes) {
  if (minutes <= 300) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days ${hours % 24} h`.replace(" 0 h", "");
  return `${hours} h ${minutes % 60} min`.replace(" 0 min", "");
}

function left(element) {
  const milliseconds = Date.parse(element.dataset.until) - serverNow();
  const over = milliseconds < 0;
  element.classList.toggle("is-over", over);
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  if (element.dataset.count === "seconds") {
    return `${over ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if (element.dataset.count === "number") return String(Math.floor(seconds / 60));
  return spell(Math.floor(seconds / 60)) + (over ? " over" : "");
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = timeOfDay(clock.dataset.zone);
  for (const timer of document.querySelectorAll("[data-until]")) timer.textContent = left(timer);
}

const everySecond = () => document.querySelector('[data-count="seconds"]') !== null;

let timer;

function run() {
  tick();
  clearTimeout(timer);
  timer = setTimeout(run, everySecond() ? 1000 - (serverNow() % 1000) : 60000 - (serverNow() % 60000));
}

// A page that puts in other times says so.
document.addEventListener("times", run);

if (document.querySelector("[data-clock], [data-until]")) run();
