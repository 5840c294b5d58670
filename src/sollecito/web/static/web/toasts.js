// Short messages at the foot. With data-seconds they count down and go; the button of an undo
// is a form of its own. The region is a popover, so that it stands above an open drawer.

const MOST = 3;
const region = () => document.getElementById("toasts");

function raise() {
  const box = region();
  if (box.hidePopover) {
    if (box.matches(":popover-open")) {
      box.hidePopover();
    }
    if (box.childElementCount > 0) {
      box.showPopover();
    }
  }
}

function countDown(card) {
  const words = card.querySelector("[data-left]");
  let left = Number(card.dataset.seconds);
  card.dataset.running = "yes";
  const timer = window.setInterval(() => {
    left -= 1;
    if (words) {
      words.textContent = String(Math.max(left, 0));
    }
    if (left <= 0 || !card.isConnected) {
      window.clearInterval(timer);
      card.remove();
      raise();
    }
  }, 1000);
}

function welcome() {
  const cards = [...region().querySelectorAll(".toast-card")];
  cards.slice(0, Math.max(0, cards.length - MOST)).forEach((card) => card.remove());
  const fresh = region().querySelectorAll(".toast-card[data-seconds]:not([data-running])");
  fresh.forEach(countDown);
  if (fresh.length > 0) {
    raise();
  }
}

function say(text) {
  const card = document.createElement("div");
  card.className = "toast-card";
  card.dataset.seconds = "6";
  const line = document.createElement("p");
  line.textContent = text;
  card.append(line);
  region().append(card);
}

export function startToasts() {
  const box = region();
  if (!box) {
    return;
  }
  new MutationObserver(welcome).observe(box, { childList: true });
  document.addEventListener("sollecito:opened", raise);
  document.addEventListener("sollecito:say", (event) => say(event.detail?.value ?? event.detail));
  welcome();
}
