// Behaviours of the forms, hung on data-* attributes. Without this file every form still works.
(() => {
  "use strict";
  const doc = document;

  function prepare() {
    for (const button of doc.querySelectorAll("[data-show-password], [data-handle]")) button.hidden = false;
  }
  doc.addEventListener("htmx:after:process", prepare);
  prepare();

  // What is refused, or was just done, is read first; once.
  function focusFirst() {
    const first = doc.querySelector("[data-focus]");
    first?.removeAttribute("data-focus");
    first?.focus();
    return first;
  }
  focusFirst();

  // A part of a page just opened as a form: its first field. What is being typed elsewhere is left alone.
  // A form given up: what opened it.
  let opened, left;
  doc.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const link = ctx.sourceElement;
    opened = link?.matches(".own__edit, .line--add a") ? link.getAttribute("data-hx-get") : "";
    left = link?.matches("[data-part] a[data-hx-get]") ? link.hash : "";
  });
  doc.addEventListener("htmx:after:swap", () => {
    if (focusFirst()) return;
    if (left) doc.querySelector(`${left} .own__edit`)?.focus();
    else if (opened) doc.querySelector(`form[data-part][action="${opened}"]`)?.querySelector(".entry__input, .check__box")?.focus();
  });

  doc.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-show-password]");
    if (!button) return;
    const field = doc.getElementById(button.getAttribute("aria-controls"));
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "Masquer" : "Afficher";
  });

  // A form is sent once; a password shown is a password again, so that the browser neither keeps nor completes it as a text.
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.hasAttribute("data-sent")) return event.preventDefault();
    const question = event.submitter?.dataset.confirm;
    if (question && !form.hasAttribute("data-agreed")) {
      event.preventDefault();
      return ask(question, form, event.submitter);
    }
    for (const field of form.querySelectorAll("[data-password] input")) field.type = "password";
    if (event.submitter?.hasAttribute("data-once")) form.setAttribute("data-sent", "");
  });
  addEventListener("pageshow", () => {
    for (const form of doc.forms) {
      form.removeAttribute("data-sent");
      form.removeAttribute("data-agreed");
    }
  });

  // ---- « Êtes-vous sûr ? »: the browser's own dialog element, which keeps the focus and closes with Escape ----
  function ask(question, form, submitter) {
    const dialog = doc.createElement("dialog");
    dialog.className = "dialog";
    const words = doc.createElement("p");
    words.textContent = question;
    words.id = "question";
    dialog.setAttribute("aria-labelledby", "question");
    const buttons = doc.createElement("div");
    buttons.className = "dialog__buttons";
    for (const [label, style, isYes] of [[submitter.textContent, "button", true], ["Annuler", "button button--quiet", false]]) {
      const button = doc.createElement("button");
      button.type = "button";
      button.className = style;
      button.textContent = label;
      button.autofocus = !isYes;
      button.addEventListener("click", () => {
        dialog.close();
        if (!isYes) return;
        form.setAttribute("data-agreed", "");
        form.requestSubmit(submitter);
      });
      buttons.append(button);
    }
    dialog.append(words, buttons);
    dialog.addEventListener("close", () => {
      dialog.remove();
      submitter.focus();
    });
    doc.body.append(dialog);
    dialog.showModal();
  }

  // ---- the order of a list, by dragging; the buttons beside do the same ----
  doc.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle || event.button) return;
    const line = handle.closest("li");
    const list = line.parentElement;
    const form = list.parentElement.querySelector("[data-order]");
    const before = line.nextElementSibling;
    const others = [...list.children].filter((each) => each !== line && each.querySelector("[data-handle]"));
    event.preventDefault();
    line.classList.add("line--moving");
    // The document listens: a line that moves in the page loses what its handle had captured.
    const listening = new AbortController();
    const { signal } = listening;
    const end = (isKept) => {
      listening.abort();
      line.classList.remove("line--moving");
      if (!isKept) list.insertBefore(line, before);
      else if (line.nextElementSibling !== before) form.requestSubmit();
    };
    doc.addEventListener("pointermove", ({ clientY }) => {
      if (clientY < 60 || clientY > innerHeight - 60) scrollBy(0, clientY < 60 ? -16 : 16);
      const next = others.find((each) => {
        const { top, height } = each.getBoundingClientRect();
        return clientY < top + height / 2;
      });
      if (next) next.before(line);
      else others.at(-1)?.after(line);
    }, { signal });
    doc.addEventListener("pointerup", () => end(true), { signal });
    doc.addEventListener("pointercancel", () => end(false), { signal });
    doc.addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
  });

  // ---- the back-office by keyboard: g, then the letter of the page; / for its search field ----
  let waits = 0;
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === "g") waits = Date.now();
    else if (event.key === "/") {
      const field = doc.querySelector("[data-search]");
      if (field) { event.preventDefault(); field.focus(); }
    } else if (Date.now() - waits < 1500) {
      waits = 0;
      doc.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    }
  });
})();
