// Drag and drop with progress.
//
// <form data-upload method="post" enctype="multipart/form-data">
//   <div class="drop" data-drop> <input type="file" multiple> </div>
//   <div data-upload-state hidden> <progress class="bar"> <p data-upload-words> </div>
// </form>
// The answer's address is where the browser goes when the upload is over: a redirect will do.

function readEntries(reader) {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
}

async function filesOf(entry) {
  if (entry.isFile) {
    return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
  }
  const reader = entry.createReader();
  const found = [];
  for (let part = await readEntries(reader); part.length > 0; part = await readEntries(reader)) {
    for (const child of part) {
      found.push(...(await filesOf(child)));
    }
  }
  return found;
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) {
    return [...transfer.files];
  }
  return (await Promise.all(entries.map(filesOf))).flat();
}

function send(form, files) {
  const input = form.querySelector("input[type=file]");
  const body = new FormData(form);
  body.delete(input.name);
  files.forEach((file) => body.append(input.name, file, file.name));
  const state = form.querySelector("[data-upload-state]");
  const bar = form.querySelector("progress");
  const words = form.querySelector("[data-upload-words]");
  state.hidden = false;
  const request = new XMLHttpRequest();
  request.open("POST", form.action || window.location.href);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) {
      bar.max = event.total;
      bar.value = event.loaded;
    }
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      window.location.assign(request.responseURL);
    } else {
      words.textContent = form.dataset.failed ?? "";
      form.classList.remove("is-sending");
    }
  });
  request.addEventListener("error", () => {
    words.textContent = form.dataset.failed ?? "";
    form.classList.remove("is-sending");
  });
  form.classList.add("is-sending");
  request.send(body);
}

function attach(form) {
  const zone = form.querySelector("[data-drop]") ?? form;
  const input = form.querySelector("input[type=file]");
  const over = (on) => zone.classList.toggle("is-over", on);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    const files = await dropped(event.dataTransfer);
    if (files.length > 0) {
      send(form, files);
    }
  });
  if (form.dataset.upload === "now") {
    input.addEventListener("change", () => input.files.length > 0 && send(form, [...input.files]));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length > 0) {
      send(form, [...input.files]);
    }
  });
}

export function startUploads() {
  document.querySelectorAll("form[data-upload]").forEach(attach);
}
