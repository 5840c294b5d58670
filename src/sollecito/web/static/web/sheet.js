// A table filled in like a sheet: <table data-sheet> with <tr data-sheet-row>.
// Enter and the arrows go to the same cell of the next row; a row that changed is saved when
// one leaves it (the event sheet:save, which htmx answers to).

const cells = (row) => [...row.querySelectorAll("input, select")];

function go(cell, step) {
  const row = cell.closest("[data-sheet-row]");
  const rows = [...row.closest("[data-sheet]").querySelectorAll("[data-sheet-row]")];
  const next = rows[rows.indexOf(row) + step];
  if (next) {
    const target = cells(next)[cells(row).indexOf(cell)];
    target.focus();
    target.select?.();
  } else {
    save(row);
  }
}

function save(row) {
  if (row.dataset.changed) {
    delete row.dataset.changed;
    row.dispatchEvent(new CustomEvent("sheet:save", { bubbles: true }));
  }
}

for (const sheet of document.querySelectorAll("[data-sheet]")) {
  sheet.addEventListener("input", (event) => {
    event.target.closest("[data-sheet-row]").dataset.changed = "yes";
  });
  sheet.addEventListener("focusout", (event) => {
    const row = event.target.closest("[data-sheet-row]");
    if (row && !row.contains(event.relatedTarget)) {
      save(row);
    }
  });
  sheet.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("input, select")) {
      return;
    }
    const isSelect = cell.tagName === "SELECT";
    if (event.key === "Enter") {
      event.preventDefault();
      go(cell, event.shiftKey ? -1 : 1);
    } else if (!isSelect && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      go(cell, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}
