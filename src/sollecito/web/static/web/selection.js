// Rows chosen across pages. Kept in the tab's session, by company: leaving it forgets them.
//
// <section data-selection[="name of the list"]>  <input type="checkbox" data-pick="12" data-cents="12200"
//   data-currency="EUR" data-party="7" [data-group="…"]>  <input type="checkbox" data-pick-all[="7"]>
// <form data-bulk hidden>   [data-bulk-count] [data-bulk-sum] [data-bulk-parties]
//   [data-bulk-clear], <input type="hidden" name="righe">

const list = () => document.querySelector("[data-selection]")?.dataset.selection ?? "";
const key = () => `sollecito:chosen:${document.body.dataset.company}:${list()}`;

function load() {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(key()) ?? "[]"));
  } catch {
    return new Map();
  }
}

function store(chosen) {
  sessionStorage.setItem(key(), JSON.stringify([...chosen]));
}

function sums(chosen) {
  const isEnglish = document.documentElement.lang.startsWith("en");
  const language = isEnglish ? "en-GB" : "it-IT";
  const byCurrency = new Map();
  const asked = new Set(); // what goes by several channels asks for its amount once
  for (const row of chosen.values()) {
    if (row.group && asked.has(row.group)) {
      continue;
    }
    asked.add(row.group);
    byCurrency.set(row.currency, (byCurrency.get(row.currency) ?? 0) + row.cents);
  }
  return [...byCurrency]
    .map(([currency, cents]) => {
      const text = (cents / 100).toLocaleString(language, {
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
        useGrouping: "always",
      });
      return isEnglish ? `${currency} ${text}` : `${text} ${currency === "EUR" ? "€" : currency}`;
    })
    .join(" + ");
}

function pickBoxes(root, party) {
  const boxes = [...root.querySelectorAll("[data-pick]")];
  return party ? boxes.filter((box) => box.dataset.party === party) : boxes;
}

function showBoxes(chosen) {
  for (const root of document.querySelectorAll("[data-selection]")) {
    for (const box of pickBoxes(root)) {
      box.checked = chosen.has(box.dataset.pick);
      box.closest("tr")?.classList.toggle("is-chosen", box.checked);
    }
    for (const all of root.querySelectorAll("[data-pick-all]")) {
      const boxes = pickBoxes(root, all.dataset.pickAll);
      const on = boxes.filter((box) => box.checked).length;
      all.checked = on > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
      all.disabled = boxes.length === 0;
    }
  }
}

function showBar(chosen) {
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = chosen.size === 0;
    const set = (name, text) => {
      const place = bar.querySelector(`[data-bulk-${name}]`);
      if (place) {
        place.textContent = text;
      }
    };
    set("count", String(chosen.size));
    set("sum", sums(chosen));
    set("parties", String(new Set([...chosen.values()].map((row) => row.party)).size));
    for (const field of bar.querySelectorAll("input[name=righe]")) {
      field.value = [...chosen.keys()].join(",");
    }
  }
}

function show() {
  const chosen = load();
  showBoxes(chosen);
  showBar(chosen);
}

function put(chosen, box, on) {
  if (on) {
    const { cents, currency, party, group } = box.dataset;
    chosen.set(box.dataset.pick, { cents: Number(cents), currency, party, group });
  } else {
    chosen.delete(box.dataset.pick);
  }
}

export function clearSelection() {
  store(new Map());
  show();
}

async function chooseFiltered(link) {
  const answer = await fetch(link.href, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    return;
  }
  const chosen = load();
  for (const row of (await answer.json()).rows) {
    chosen.set(String(row.id), { cents: row.cents, currency: row.currency, party: String(row.party) });
  }
  store(chosen);
  show();
}

export function startSelection() {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches?.("[data-pick], [data-pick-all]")) {
      return;
    }
    const chosen = load();
    if (box.matches("[data-pick]")) {
      put(chosen, box, box.checked);
    } else {
      const root = box.closest("[data-selection]");
      pickBoxes(root, box.dataset.pickAll).forEach((row) => put(chosen, row, box.checked));
    }
    store(chosen);
    show();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-bulk-clear]")) {
      clearSelection();
    }
    const link = event.target.closest?.("[data-pick-filtered]");
    if (link) {
      event.preventDefault();
      chooseFiltered(link);
    }
  });
  document.addEventListener("sollecito:unselect", clearSelection);
  document.addEventListener("htmx:after:swap", show);
  show();
}
