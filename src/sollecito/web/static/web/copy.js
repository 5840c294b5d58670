// <input id="x" readonly> <button data-copy="x" data-copied="Copiato" hidden>: puts the text on
// the clipboard. A page that is not encrypted has no clipboard of its own: there the old command.

async function put(field) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(field.value);
    return true;
  }
  field.focus();
  field.select();
  return document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const word = button.textContent;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const isDone = await put(field).catch(() => false);
    if (!isDone) {
      field.focus();
      field.select();
      return;
    }
    button.textContent = button.dataset.copied;
    const status = button.closest(".field").querySelector("[data-copy-status]");
    status.textContent = button.dataset.copied;
    window.setTimeout(() => {
      button.textContent = word;
      status.textContent = "";
    }, 3000);
  });
}
