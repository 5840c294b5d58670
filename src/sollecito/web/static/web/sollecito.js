// Entry point of the pages' behaviour. Every page works by links and forms without it.

import { startDrawer } from "./drawer.js";
import { startKeyboard } from "./keyboard.js";
import { startMenus } from "./menus.js";
import { startSelection } from "./selection.js";
import { startToasts } from "./toasts.js";
import { startUploads } from "./upload.js";

startMenus();
startDrawer();
startToasts();
startSelection();
startKeyboard();
startUploads();

// Filters that act as soon as they are chosen: <select data-submit>.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) {
    event.target.form?.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) {
    window.print();
  }
});

// A request that got no answer at all.
document.addEventListener("htmx:error", (event) => {
  const words = document.body.dataset.offline;
  if (words && !event.detail?.ctx?.response) {
    document.dispatchEvent(new CustomEvent("sollecito:say", { detail: words }));
  }
});

// <button data-plain>: the browser sends the form itself (a download, a new tab).
document.addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.matches("[data-plain]")) {
      event.stopPropagation();
    }
  },
  true,
);
