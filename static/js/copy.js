// <button data-copy="#id-of-code">: copies the text and says so on the button for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  const word = button.querySelector("[data-word]") || button;
  const before = word.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    word.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    word.textContent = "Selected";
  }
  setTimeout(() => { word.textContent = before; }, 2000);
});
