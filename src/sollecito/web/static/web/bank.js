// The review of bank movements: 1 2 3 confirm, r remember, z undo; in the form by hand
// "=" writes what is needed, arrows go to the field beside, what is left is counted.
//
// <form data-shares="122000" data-currency="EUR">  <output data-left>
//   <span data-balance="5000"><input class="quota"></span>  [data-search-now] [data-match-now]

const isWriting = (place) =>
  place.isContentEditable || place.matches?.("input:not([type=checkbox]), textarea, select");

function current() {
  return document.activeElement?.closest?.("[data-row]");
}

function undoLast() {
  const cards = [...document.querySelectorAll("#toasts .btn-toast")];
  cards.at(-1)?.click();
}

function remember() {
  current()
    ?.querySelectorAll("input[name=ricorda]")
    .forEach((box) => box.click());
}

const press = (key) => current()?.querySelector(`[data-key="${key}"]`)?.click();

const acts = {
  1: () => press("1"),
  2: () => press("2"),
  3: () => press("3"),
  d: () => press("d"),
  r: remember,
  z: undoLast,
};

function cents(text) {
  const bare = text.replace(/[€\s]/g, "");
  if (!/^[\d.,]+$/.test(bare)) {
    return 0;
  }
  const mark = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
  const isThousands = bare[mark] === "." && /\.\d{3}$/.test(bare) && !bare.includes(",");
  const whole = mark < 0 || isThousands ? bare : bare.slice(0, mark);
  const rest = mark < 0 || isThousands ? "" : bare.slice(mark + 1);
  return Number(whole.replace(/[.,]/g, "")) * 100 + Number(rest.padEnd(2, "0").slice(0, 2));
}

const isEnglish = () => document.documentElement.lang.startsWith("en");

function plain(amount) {
  const text = (amount / 100).toFixed(2);
  return isEnglish() ? text : text.replace(".", ",");
}

function written(amount, currency) {
  const text = (amount / 100).toLocaleString(isEnglish() ? "en-GB" : "it-IT", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    useGrouping: "always",
  });
  return isEnglish() ? `${currency} ${text}` : `${text} ${currency === "EUR" ? "€" : currency}`;
}

function missing(field, currency) {
  const rest = Number(field.closest("[data-balance]").dataset.balance) - cents(field.value);
  const line = field.closest("li").querySelector(".share-rest");
  if (!line) {
    return;
  }
  const isNeeded = rest > 0 && cents(field.value) > 0;
  line.hidden = !isNeeded && line.querySelector("select").value === "";
  line.querySelector("[data-missing]").textContent = rest > 0 ? written(rest, currency) : "";
}

const quotas = (form) => [...form.querySelectorAll(".quota")];

function left(form) {
  const used = quotas(form).reduce((sum, field) => sum + cents(field.value), 0);
  return Number(form.dataset.shares) - used;
}

function count(form) {
  const place = form.querySelector("[data-left]");
  const rest = left(form);
  place.textContent = written(rest, form.dataset.currency);
  place.classList.toggle("late", rest < 0);
  for (const field of quotas(form)) {
    missing(field, form.dataset.currency);
  }
}

function fill(field) {
  const form = field.form;
  const balance = Number(field.closest("[data-balance]").dataset.balance);
  const rest = left(form) + cents(field.value);
  field.value = plain(Math.max(0, Math.min(balance, rest)));
  count(form);
}

function move(field, step) {
  const all = quotas(field.form);
  all[all.indexOf(field) + step]?.focus();
}

const inField = {
  "=": fill,
  ArrowDown: (field) => move(field, 1),
  ArrowUp: (field) => move(field, -1),
  Enter: (field) => field.form.querySelector("[data-match-now]").click(),
};

document.addEventListener("keydown", (event) => {
  const place = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const act = place.matches?.("[data-shares] .quota")
    ? inField[event.key]
    : !isWriting(place) && !document.querySelector("dialog[open]")
      ? acts[event.key]
      : undefined;
  if (act) {
    event.preventDefault();
    act(place);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-shares] .quota")) {
    count(event.target.form);
  }
});

function countAll() {
  document.querySelectorAll("[data-shares]").forEach(count);
}

document.addEventListener("htmx:load", countAll);
countAll();
