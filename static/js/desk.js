// The examination of a dossier by keyboard. Without this file every line, document and button still works.
(() => {
  "use strict";
  const doc = document;
  const exam = doc.querySelector("[data-exam]");
  if (!exam) return;
  const lines = [...exam.querySelectorAll("[data-line]")];
  const here = () => lines.find((line) => line.open) ?? lines[0];

  function open(line) {
    if (!line) return;
    for (const each of lines) each.open = each === line;
    line.querySelector("summary").focus();
    line.scrollIntoView({ block: "nearest" });
  }

  // A ready reason fills the field, where it can be rewritten.
  exam.addEventListener("change", (event) => {
    if (!event.target.matches("[data-ready]")) return;
    const field = event.target.form.elements.motif;
    field.value = event.target.value;
    field.focus();
  });

  const actions = {
    j: () => open(lines[lines.indexOf(here()) + 1]),
    k: () => open(lines[lines.indexOf(here()) - 1]),
    r: () => here().querySelector("[data-delivered]").click(),
    c: () => {
      const summary = here().querySelector("[data-correct]");
      summary.parentElement.open = true;
      summary.parentElement.querySelector("[data-ready]").focus();
    },
    d: () => here().querySelector("[data-document]")?.click(),
    n: () => exam.querySelector("[data-sheet=next]")?.click(),
    p: () => exam.querySelector("[data-sheet=previous]")?.click(),
    z: () => exam.querySelector("[data-zoom]")?.click(),
    t: () => exam.querySelector("[data-everything]")?.click(),
  };
  // « g » then a letter goes to another page (account.js): that letter is not for here.
  let leaving = 0;
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === "g") {
      leaving = Date.now();
      return;
    }
    if (Date.now() - leaving < 1500) {
      leaving = 0;
      return;
    }
    const act = actions[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
