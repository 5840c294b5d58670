// Placeholders that go where one is writing: <form data-palette>, fields with data-insert-here,
// buttons with data-insert="documenti".

let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-insert-here]")) {
    last = event.target;
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  if (!button) {
    return;
  }
  const fields = button.closest("[data-palette]").querySelectorAll("[data-insert-here]");
  const field = last ?? fields[fields.length - 1];
  field.focus();
  field.setRangeText(`{{ ${button.dataset.insert} }}`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
