// Lets each operation of the catalogue be sent: as who is signed in, or with the token at the top of the page.
const token = document.querySelector("[data-api-token]");
token.hidden = false;
document.querySelectorAll("[data-needs-script]").forEach((button) => { button.disabled = false; });

function requestOf(form) {
  const address = new URL(form.dataset.path, location.href);
  const headers = new Headers({ Accept: "application/json" });
  let path = form.dataset.path;
  for (const input of form.querySelectorAll("[data-in]")) {
    if (!input.value) continue;
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.in === "header") headers.set(input.name, input.value);
    else input.value.split(/\s*,\s*/).forEach((value) => address.searchParams.append(input.name, value));
  }
  const given = token.querySelector("input").value.trim();
  if (given) headers.set("Authorization", `Token ${given}`);
  else headers.set("X-CSRFToken", document.querySelector("meta[name=csrf-token]")?.content || "");
  const body = form.querySelector("textarea")?.value;
  if (body) headers.set("Content-Type", "application/json");
  const credentials = given ? "omit" : "same-origin";
  return new Request(path + address.search, { method: form.dataset.method, headers, body, credentials });
}

async function textOf(response) {
  const text = await response.text();
  const told = ["etag", "location"].filter((name) => response.headers.get(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  const read = text ? JSON.stringify(JSON.parse(text), null, 2) : "";
  return [`${response.status} ${response.statusText}`.trim(), ...told, "", read].join("\n");
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-api-try]");
  if (!form) return;
  event.preventDefault();
  const answer = form.querySelector("output");
  answer.hidden = false;
  answer.textContent = "…";
  try {
    answer.textContent = await textOf(await fetch(requestOf(form)));
  } catch (error) {
    answer.textContent = `No answer: ${error.message}`;
  }
});
