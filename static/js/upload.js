// Forms with a file: how much is sent, what is too heavy, and which square of a picture to keep. Without this file they work too.
const said = (field, words) => {
  field.querySelector("[role=status]").textContent = words;
};
const megabytes = (bytes) => (bytes / 1e6).toFixed(1).replace(".", ",") + " Mo";

const chosen = (input) => {
  const field = input.closest?.("[data-upload]");
  if (!field || input.type !== "file") return;
  const file = input.files[0];
  const limit = Number(field.dataset.limit);
  const isHeavy = Boolean(file) && file.size > limit;
  const refusal = isHeavy ? `Ce fichier pèse ${megabytes(file.size)} : ${Math.floor(limit / 1e6)} Mo au plus.` : "";
  input.setCustomValidity(refusal);
  said(field, refusal || (file ? `${file.name}, ${megabytes(file.size)}` : ""));
  const square = field.querySelector("[data-square]");
  if (square) choose(square, isHeavy ? null : file);
};
document.addEventListener("change", (event) => chosen(event.target));

// ---- sending ----
document.addEventListener("submit", (event) => {
  const form = event.target;
  const field = form.querySelector("[data-upload]");
  if (!field || !field.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  send(form, field);
});

function send(form, field) {
  const bar = field.querySelector("progress");
  const request = new XMLHttpRequest();
  const over = (words) => {
    delete form.dataset.sending;
    form.removeAttribute("data-sent");
    bar.hidden = true;
    said(field, words);
  };
  bar.hidden = false;
  let told = -1;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = (100 * loaded) / total;
    const tenth = Math.floor((10 * loaded) / total);
    if (tenth === told) return; // a voice that reads the screen is not talked over
    told = tenth;
    said(field, tenth < 10 ? `Envoi : ${tenth * 10} %` : "Envoyé, vérification du fichier…");
  });
  request.addEventListener("error", () => over("L’envoi s’est arrêté. Vérifiez votre connexion, puis recommencez."));
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("HX-Redirect");
    if (next) return go(next);
    const seen = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!seen) return over("L’envoi n’a pas abouti. Réessayez dans un instant.");
    document.querySelector("main").replaceWith(seen);
    window.htmx?.process(seen);
    (seen.querySelector("[data-focus]") ?? seen.querySelector("h1"))?.focus();
  });
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.send(new FormData(form));
}

function go(address) {
  const before = location.pathname + location.search;
  location.assign(address);
  // To the same page with an anchor only, a browser does not load anything.
  const to = new URL(address, location.href);
  if (to.hash && to.pathname + to.search === before) location.reload();
}

// ---- the square ----
async function choose(square, file) {
  square.hidden = true;
  const fields = ["gauche", "haut", "cote"].map((name) => square.querySelector(`[name=cadre_${name}]`));
  for (const field of fields) field.value = "";
  if (!file) return;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return; // the server says what it thinks of it
  }
  const canvas = square.querySelector("canvas");
  const zoom = square.querySelector("[type=range]");
  const pen = canvas.getContext("2d");
  const shorter = Math.min(picture.width, picture.height);
  const smallest = Math.min(1, 400 / shorter);
  let side = 1;
  let x = (picture.width - shorter) / 2;
  let y = (picture.height - shorter) / 2;

  const draw = () => {
    const pixels = side * shorter;
    x = Math.min(Math.max(0, x), picture.width - pixels);
    y = Math.min(Math.max(0, y), picture.height - pixels);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, x, y, pixels, pixels, 0, 0, canvas.width, canvas.height);
    const values = [x / picture.width, y / picture.height, side];
    fields.forEach((field, i) => { field.value = values[i].toFixed(4); });
  };
  const move = (right, down) => {
    x += right;
    y += down;
    draw();
  };
  zoom.value = "0";
  zoom.oninput = () => {
    const before = side * shorter;
    side = 1 - (1 - smallest) * (zoom.value / 100);
    const shift = (before - side * shorter) / 2;
    move(shift, shift);
  };
  canvas.onkeydown = (event) => {
    const step = (side * shorter) / 40;
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (!ways[event.key]) return;
    event.preventDefault();
    move(...ways[event.key]);
  };
  canvas.onpointerdown = (event) => canvas.setPointerCapture(event.pointerId);
  canvas.onpointermove = (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const scale = (side * shorter) / canvas.clientWidth;
    move(-event.movementX * scale, -event.movementY * scale);
  };
  square.hidden = false;
  draw();
}

// A file chosen before this script was there, or kept by the browser when one comes back.
for (const input of document.querySelectorAll("[data-upload] [type=file]")) {
  if (input.files.length) chosen(input);
}
