// The drawer: a modal <dialog> filled by htmx. Leaving it saves nothing.

const drawer = () => document.getElementById("drawer");
let opener = null;

function open() {
  const dialog = drawer();
  if (!dialog.open) {
    opener = opener ?? document.activeElement;
    dialog.showModal();
    document.dispatchEvent(new CustomEvent("sollecito:opened"));
  }
  const title = dialog.querySelector("h2");
  if (title) {
    dialog.setAttribute("aria-label", title.textContent.trim());
  }
  const first = dialog.querySelector("[aria-invalid=true], [autofocus]");
  const chosen = dialog.querySelector("[data-first] input:checked");
  (first ?? chosen ?? dialog.querySelector(".drawer-main"))?.focus?.();
}

function close() {
  if (drawer()?.open) {
    drawer().close();
  }
}

export function startDrawer() {
  const dialog = drawer();
  if (!dialog) {
    return;
  }
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (source && !dialog.contains(source)) {
      opener = source.closest("details.menu")?.querySelector("summary") ?? source;
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    if (document.getElementById("drawer-body").childElementCount > 0) {
      open();
    } else {
      close();
    }
  });
  document.addEventListener("sollecito:close", close);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      close();
    }
  });
  dialog.addEventListener("close", () => {
    document.getElementById("drawer-body").replaceChildren();
    opener?.focus?.();
    opener = null;
  });
}
