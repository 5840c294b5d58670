// <details class="menu">: closes by Esc, by a click elsewhere and when another opens;
// arrows move inside. Opens upwards where there is no room below.

function closeAll(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== but) {
      menu.open = false;
    }
  }
}

function place(menu) {
  menu.classList.remove("menu-up");
  const list = menu.querySelector(".menu-list");
  const box = list.getBoundingClientRect();
  const above = menu.getBoundingClientRect().top;
  menu.classList.toggle("menu-up", box.bottom > window.innerHeight && above > box.height + 64);
}

function move(menu, step) {
  const items = [...menu.querySelectorAll(".menu-list a, .menu-list button")];
  const now = items.indexOf(document.activeElement);
  items.at((now + step + items.length) % items.length)?.focus();
}

export function startMenus() {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (menu.matches?.("details.menu") && menu.open) {
        closeAll(menu);
        place(menu);
      }
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const menu = event.target.closest?.("details.menu");
    closeAll(menu);
    if (menu && event.target.closest(".menu-list a, .menu-list button")) {
      menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) {
      return;
    }
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(menu, event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    }
  });
}
