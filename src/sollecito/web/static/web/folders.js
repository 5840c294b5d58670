// "Scegli una cartella": a second file input whose files go the way of the first.

for (const label of document.querySelectorAll("[data-folder]")) {
  const folder = label.querySelector("input");
  if ("webkitdirectory" in folder) {
    label.hidden = false;
    folder.addEventListener("change", () => {
      const files = label.closest("form").querySelector("input[name=file]");
      const chosen = new DataTransfer();
      for (const file of folder.files) {
        chosen.items.add(file);
      }
      files.files = chosen.files;
      files.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
