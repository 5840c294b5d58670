// The time line of a rule: each step is a handle over its day, in step with the fields below it.
// Without this script the fields are the editor; here they only get a second way to be changed.

const form = document.getElementById("regola");
const track = document.getElementById("track");
const list = document.getElementById("steps");
const template = document.getElementById("step-template");
const total = form.elements["passi-TOTAL_FORMS"];
const canEdit = Boolean(template);
const WEEK = 7;
const FAR = 365;
let range = { low: -15, high: 60 };
let dragged = null;

const daysOf = (step) => Number.parseInt(step.querySelector("[data-days]").value, 10);
const isGone = (step) => step.querySelector("[data-remove]")?.checked ?? false;

function steps() {
  return [...list.querySelectorAll("[data-step]")]
    .filter((step) => !isGone(step) && Number.isFinite(daysOf(step)))
    .sort((one, two) => daysOf(one) - daysOf(two));
}

function words(days) {
  const { wordBefore, wordOn, wordAfter } = track.dataset;
  if (days === 0) {
    return wordOn;
  }
  return (days < 0 ? wordBefore : wordAfter).replace("#", String(Math.abs(days)));
}

const short = (days) => (days < 0 ? `−${-days}` : days > 0 ? `+${days}` : "0");
const share = (days) => ((days - range.low) / (range.high - range.low)) * 100;

function put(element, days) {
  element.style.left = `${Math.min(100, Math.max(0, share(days)))}%`;
}

function measure() {
  const all = steps().map(daysOf);
  range = { low: Math.min(-15, ...all.map((day) => day - 5)), high: Math.max(60, ...all.map((day) => day + 15)) };
}

function mark(days, text, name) {
  const tick = document.createElement("span");
  tick.className = name;
  tick.textContent = text;
  tick.setAttribute("aria-hidden", "true");
  put(tick, days);
  return tick;
}

function ticks() {
  const gap = range.high - range.low > 150 ? 60 : 15;
  const found = [];
  for (let day = Math.ceil(range.low / gap) * gap; day <= range.high; day += gap) {
    if (day !== 0) {
      found.push(mark(day, short(day), "track-tick num"));
    }
  }
  return [...found, mark(0, track.dataset.wordDue, "track-due")];
}

function describe(handle, step) {
  const days = daysOf(step);
  const kind = step.querySelector("[data-kind]").selectedOptions[0]?.textContent ?? "";
  const repeats = step.querySelector("[data-repeat]").value;
  handle.textContent = repeats ? `${short(days)} ↻` : short(days);
  handle.setAttribute("aria-label", `${step.querySelector("[data-step-title]").textContent}: ${kind}`);
  handle.setAttribute("aria-valuenow", String(days));
  handle.setAttribute("aria-valuetext", words(days));
  handle.title = `${kind}, ${words(days)}`;
  put(handle, days);
}

function makeHandle(step, place) {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = place % 2 ? "track-step num is-low" : "track-step num";
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-valuemin", String(-FAR));
  handle.setAttribute("aria-valuemax", String(FAR));
  handle.disabled = !canEdit;
  describe(handle, step);
  handle.addEventListener("keydown", (event) => onKey(event, step));
  handle.addEventListener("pointerdown", (event) => startDrag(event, handle, step));
  handle.addEventListener("pointermove", (event) => drag(event, handle, step));
  handle.addEventListener("pointerup", () => endDrag(step));
  handle.addEventListener("pointercancel", () => endDrag(step));
  step.handle = handle;
  return handle;
}

function number(all) {
  all.forEach((step, place) => {
    step.querySelector("[data-step-title]").textContent = track.dataset.wordStep.replace("#", String(place + 1));
    const repeat = step.querySelector("[data-repeat]");
    const row = repeat.closest(".field-row");
    row.hidden = place < all.length - 1 && !repeat.value && !row.querySelector(".field-error");
  });
}

function draw(focused) {
  const all = steps();
  measure();
  number(all);
  track.replaceChildren(...ticks(), ...all.map(makeHandle));
  focused?.handle?.focus();
}

function say() {
  form.dispatchEvent(new CustomEvent("sollecito:step", { bubbles: true }));
}

function isTaken(days, but) {
  return steps().some((step) => step !== but && daysOf(step) === days);
}

function move(step, to) {
  const sign = Math.sign(to - daysOf(step));
  let days = Math.min(FAR, Math.max(-FAR, to));
  while (sign && isTaken(days, step)) {
    days += sign;
  }
  step.querySelector("[data-days]").value = String(days);
}

function onKey(event, step) {
  const jumps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -WEEK, PageUp: WEEK };
  const jump = jumps[event.key];
  if (jump) {
    event.preventDefault();
    move(step, daysOf(step) + jump);
    draw(step);
    say();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    remove(step);
  }
}

function dayAt(event) {
  const box = track.getBoundingClientRect();
  return Math.round(range.low + ((event.clientX - box.left) / box.width) * (range.high - range.low));
}

function startDrag(event, handle, step) {
  handle.setPointerCapture(event.pointerId);
  dragged = { step, from: event.clientX, moved: false };
}

function drag(event, handle, step) {
  if (dragged?.step !== step || (!dragged.moved && Math.abs(event.clientX - dragged.from) < 4)) {
    return;
  }
  dragged.moved = true;
  const days = dayAt(event);
  if (!isTaken(days, step) && Math.abs(days) <= FAR) {
    step.querySelector("[data-days]").value = String(days);
    describe(handle, step);
  }
}

function endDrag(step) {
  const moved = dragged?.moved;
  setTimeout(() => {
    dragged = null;
  });
  if (moved) {
    draw(step);
    say();
  }
}

function remove(step) {
  const all = steps();
  const next = all[all.indexOf(step) + 1] ?? all[all.indexOf(step) - 1];
  step.querySelector("[data-remove]").checked = true;
  step.hidden = true;
  draw(next);
  say();
}

function add(days, focusOn) {
  const place = Number(total.value);
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(place));
  const step = holder.content.querySelector("[data-step]");
  step.querySelector("[data-days]").value = String(days);
  step.querySelector("[data-kind]").value = days < 0 ? "promemoria" : "sollecito";
  list.append(step);
  total.value = String(place + 1);
  draw(focusOn === "track" ? step : null);
  if (focusOn === "field") {
    step.querySelector("[data-days]").focus();
  }
  say();
}

track.addEventListener("click", (event) => {
  if (canEdit && !dragged?.moved && event.target === track) {
    const days = dayAt(event);
    if (!isTaken(days, null)) {
      add(days, "track");
    }
  }
});

document.getElementById("add-step")?.addEventListener("click", (event) => {
  event.preventDefault();
  const last = steps().at(-1);
  add(last ? daysOf(last) + WEEK : 15, "field");
});

form.addEventListener("change", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    step.hidden = isGone(step);
    draw(null);
  }
});

for (const step of list.querySelectorAll("[data-step]")) {
  step.hidden = isGone(step);
}
track.hidden = false;
const hint = document.getElementById("track-hint");
hint.hidden = !canEdit;
draw(null);
