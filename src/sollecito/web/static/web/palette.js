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

// A problem said beside the preview leads to its place: data-goto="text", data-start, data-end.
const FIELDS = { subject: "oggetto", private_subject: "oggetto_privati", text: "testo" };

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-goto]");
  const field = button && document.querySelector(`[name="${FIELDS[button.dataset.goto]}"]`);
  if (!field) {
    return;
  }
  field.focus();
  field.setSelectionRange(Number(button.dataset.start), Number(button.dataset.end));
});

// The way of looking stays as it was chosen while the preview is refreshed.
let view = "";

document.addEventListener("change", (event) => {
  if (event.target.matches?.('.views input[type="radio"]')) {
    view = event.target.id;
  }
});

document.addEventListener("htmx:after:swap", () => {
  const chosen = view && document.getElementById(view);
  if (chosen) {
    chosen.checked = true;
  }
});
