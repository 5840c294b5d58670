// The work list: an act on a row moves on to the next one, and a list drawn anew keeps the place.
//
// <div data-work>  <tr data-row="12"> <a data-main>  <h2 tabindex="-1" data-empty>

let place = { row: "", index: 0 };

const rows = () => [...document.querySelectorAll("[data-work] [data-row]")];

function remember(row) {
  place = { row: row.dataset.row, index: rows().indexOf(row) };
}

function main(row) {
  return row?.querySelector("[data-main]");
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-work] [data-row]");
  if (row) {
    remember(row);
  }
});

// A row that was sent or skipped will go: whoever stood on it stands on the next one.
document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail?.ctx?.sourceElement;
  const row = source?.closest?.("[data-work] [data-row]");
  if (!row || source.tagName !== "FORM" || !row.contains(document.activeElement)) {
    return;
  }
  const all = rows();
  const next = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
  main(next)?.focus();
});

function comeBack() {
  const now = document.activeElement;
  if (!place.row || (now && now !== document.body) || document.querySelector("dialog[open]")) {
    return;
  }
  const all = rows();
  const same = all.find((row) => row.dataset.row === place.row);
  const near = same ?? all[Math.min(place.index, all.length - 1)];
  (main(near) ?? document.querySelector("[data-empty]"))?.focus();
}

// As soon as the list is another: the next key may be on its way already.
const list = document.querySelector("[data-work]")?.parentElement;
if (list) {
  new MutationObserver(comeBack).observe(list, { childList: true });
}
document.addEventListener("close", () => window.setTimeout(comeBack), true);
