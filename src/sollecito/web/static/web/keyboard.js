// j k: next and previous row · x: choose · Enter: open · m: menu · s i e p b c t n: the row's own acts
// / : search · ? : this list. Inactive while writing, and inside the drawer.

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

const rows = () => [...document.querySelectorAll("[data-selection] [data-row]")];

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
  current()?.querySelector(`[data-key=${key}]`)?.click();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  x: () => current()?.querySelector("[data-pick]")?.click(),
  ...Object.fromEntries(["s", "i", "e", "p", "b", "c", "t", "n"].map((key) => [key, () => press(key)])),
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
