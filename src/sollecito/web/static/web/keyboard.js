// j k: next and previous row · x: choose · Enter: open · m: menu · s i e p b c t n a: the row's own acts
// / : search · ? : this list. Inactive while writing, and inside the drawer.
//
// Rows are [data-row] with a [data-main], in [data-selection] or [data-rows]; their acts have
// [data-key=t]. Where no row is under the keys, the page's own act: [data-page-key=t].

function isBusy(event) {
  const place = event.target;
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    place.isContentEditable ||
    place.matches?.("input:not([type=checkbox]), textarea, select") ||
    document.querySelector("dialog[open]:not(#keys)")
  );
}

const LISTS = "[data-selection] [data-row], [data-rows] [data-row]";
const rows = () => [...document.querySelectorAll(LISTS)];

function current() {
  return document.activeElement?.closest?.("[data-row]");
}

function go(step) {
  const all = rows();
  const now = all.indexOf(current());
  const next = all[now === -1 ? 0 : Math.min(Math.max(now + step, 0), all.length - 1)];
  const place = next?.querySelector("[data-main]");
  place?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function openMenu(row) {
  const summary = row?.querySelector("details.menu summary");
  summary?.click();
  summary?.focus();
}

function press(key) {
  const row = current();
  const act = row
    ? row.querySelector(`[data-key=${key}]`)
    : document.querySelector(`[data-page-key=${key}]`);
  act?.click();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  x: () => current()?.querySelector("[data-pick]")?.click(),
  ...Object.fromEntries(["s", "i", "e", "p", "b", "c", "t", "n", "a"].map((key) => [key, () => press(key)])),
  m: () => openMenu(current()),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

export function startKeyboard() {
  document.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || isBusy(event)) {
      return;
    }
    event.preventDefault();
    act();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close-keys]")) {
      document.getElementById("keys")?.close();
    }
    if (event.target.closest?.("[data-open-keys]")) {
      document.getElementById("keys")?.showModal();
    }
  });
}
