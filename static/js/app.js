// Behaviours of the pages, hung on data-* attributes. Without this file every link and form still works.
(() => {
  "use strict";
  const doc = document;
  const one = (selector, root = doc) => root.querySelector(selector);
  const wide = matchMedia("(min-width: 60rem)");

  // ---- short messages, read aloud (the region has role=status) ----
  // Good news may leave by itself; an error stays until it is closed, or until what failed succeeds.
  let before;
  function say(text, { passes = false } = {}) {
    const box = one("#avis-modele").content.firstElementChild.cloneNode(true);
    one("p", box).textContent = text;
    one("#avis").replaceChildren(box);
    if (passes) setTimeout(() => box.remove(), 8000);
  }
  function hush() {
    const hadFocus = one("#avis").contains(doc.activeElement);
    one("#avis").replaceChildren();
    if (hadFocus) (before?.isConnected ? before : one("main")).focus({ preventScroll: true });
  }
  doc.addEventListener("focusin", ({ target, relatedTarget }) => {
    const box = target.closest?.("#avis");
    if (box && relatedTarget && !box.contains(relatedTarget)) before = relatedTarget;
  });

  // ---- combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ (list, manual selection) ----
  function combobox(input) {
    const panel = one(".combo__list", input.closest(".combo"));
    const status = one("[role=status]", input.closest(".combo"));
    let request, timer, active = null, entering = false;
    const options = () => [...panel.querySelectorAll("[role=option]")];

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", input.dataset.list);

    function activate(option) {
      active?.setAttribute("aria-selected", "false");
      active = option || null;
      if (!active) return input.removeAttribute("aria-activedescendant");
      active.setAttribute("aria-selected", "true");
      active.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", active.id);
    }
    function show(isOpen) {
      panel.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      activate(null);
    }
    function close() {
      clearTimeout(timer);
      request?.abort();
      show(false);
      status.textContent = "";
    }
    async function ask() {
      request?.abort();
      const asked = input.value.trim();
      if (asked.length < 2) return close();
      request = new AbortController();
      const { signal } = request;
      try {
        // Only a search sends the rest too.
        const query = new URLSearchParams(input.form.method === "get" ? new FormData(input.form) : { lieu: asked });
        const answer = await fetch(`${input.dataset.suggestions}?${query}`, { signal, headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
        if (!answer.ok) return close();
        const html = await answer.text();
        if (signal.aborted || doc.activeElement !== input) return;
        panel.innerHTML = html;
        const found = options().length;
        show(found > 0);
        status.textContent = found ? `${found} suggestion${found > 1 ? "s" : ""}` : "";
      } catch {
        if (!signal.aborted) close();
      }
    }
    function choose(option) {
      const { url, value } = option.dataset;
      close();
      if (url) return location.assign(url);
      input.value = value;
      if (input.hasAttribute("data-submits")) input.form.requestSubmit();
    }

    input.addEventListener("input", () => {
      entering = false;
      activate(null);
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("blur", close);
    // The field keeps its focus: losing it would close the list before the click.
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    panel.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    // Enter sends the form: the change it also makes would ask a second time.
    input.addEventListener("change", (event) => entering && event.stopPropagation());
    input.addEventListener("keyup", () => { entering = false; });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      entering = event.key === "Enter";
      const list = panel.hidden ? [] : options();
      const at = list.indexOf(active);
      let to;
      switch (event.key) {
        case "ArrowDown":
          if (list.length) to = event.altKey ? at : (at + 1) % list.length;
          else ask();
          break;
        case "ArrowUp":
          if (event.altKey) close();
          else if (list.length) to = at < 1 ? list.length - 1 : at - 1;
          break;
        case "Home":
        case "End":
          if (at < 0) return;
          to = event.key === "Home" ? 0 : list.length - 1;
          break;
        case "Enter":
          if (at < 0) return close();
          choose(active);
          break;
        case "Escape":
          if (panel.hidden) return;
          close();
          break;
        default:
          return;
      }
      event.preventDefault();
      if (to >= 0) activate(list[to]);
    });
  }

  // ---- what is set up again when htmx puts a page back (Back, Forward) ----
  function prepare() {
    for (const input of doc.querySelectorAll("[data-suggestions]:not([role])")) combobox(input);
    for (const folded of doc.querySelectorAll("[data-wide]")) folded.open ||= wide.matches;
    for (const button of doc.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
  }
  wide.addEventListener("change", prepare);
  doc.addEventListener("htmx:after:process", prepare);
  prepare();

  // Fields left empty stay out of the address (the site would send to the clean one, a trip later).
  doc.addEventListener("formdata", ({ target, formData }) => {
    if (target.getAttribute("method") !== "get" || target.hasAttribute("data-hx-get")) return;
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });

  // ---- small buttons ----
  async function share({ copy, title }) {
    const touch = matchMedia("(pointer: coarse)").matches;
    try {
      if (touch && navigator.share) return await navigator.share({ title, url: copy });
      await navigator.clipboard.writeText(copy);
      say("Le lien est copié.", { passes: true });
    } catch (error) {
      if (error.name !== "AbortError") say(`Voici le lien : ${copy}`);
    }
  }
  doc.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-print], [data-copy], [data-dismiss], [data-show-results]");
    const menu = one("details[data-menu][open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
    if (!target) return;
    if (target.matches("[data-print]")) print();
    else if (target.matches("[data-copy]")) share(target.dataset);
    else if (target.matches("[data-dismiss]")) hush();
    else {
      // The list is already there, behind the filters: nothing to send.
      event.preventDefault();
      target.closest("details").open = false;
      const heading = one("#resultats-titre");
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    }
  });
  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const menu = one("details[data-menu][open]");
    if (!menu) return hush();
    menu.open = false;
    one("summary", menu).focus();
  });

  const whole = () => location.pathname + location.search;

  // ---- what comes with the first gesture; without it, links and forms lead to whole pages ----
  const later = one("template[data-at-first-gesture]");
  if (later) {
    const bring = () => later.isConnected && later.replaceWith(doc.importNode(later.content, true));
    for (const gesture of ["pointerover", "keydown", "focusin"]) doc.addEventListener(gesture, bring, { once: true });
    // What was changed before is asked then, unless one leaves. A place being typed waits.
    doc.addEventListener("submit", () => { leaving = true; });
    doc.addEventListener("htmx:after:process", () => {
      const form = one("#recherche"), served = form.cloneNode(true);
      served.reset();
      if (one("#lieu:focus")) served.lieu.value = form.lieu.value;
      const [shown, was] = [form, served].map((each) => `${new URLSearchParams(new FormData(each))}`);
      if (!leaving && shown !== was) form.requestSubmit();
    }, { once: true });
    // Back, right after a reload, to what a gesture had changed before it.
    const here = whole();
    addEventListener("popstate", () => later.isConnected && whole() !== here && location.reload());
  }

  // ---- search by parts ----
  const results = () => one("#resultats");
  let turnsPage = false, fromLink = false, typing = false, typedBefore = false, leaving = false, facet = "";
  // The words of a filter: their place in the list changes from one answer to the next.
  const wordsOf = (link) => link.querySelector("span:not([class])")?.textContent;

  // A link asked for in another tab is the browser's own business.
  doc.addEventListener("click", (event) => {
    if (!event.target.closest?.("a[href]")) return;
    leaving = !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!leaving) event.stopImmediatePropagation();
  }, true);

  doc.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    fromLink = ctx.sourceElement.matches("a");
    turnsPage = Boolean(ctx.sourceElement.closest("[data-pages]"));
    facet = fromLink && ctx.sourceElement.closest("#filtres") ? wordsOf(ctx.sourceElement) : "";
    typing = ctx.sourceEvent?.type === "input";
    results()?.setAttribute("aria-busy", "true");
  });
  doc.addEventListener("htmx:finally:request", () => {
    // An aborted request ends while its successor is still under way.
    setTimeout(() => {
      if (!results()?.classList.contains("htmx-request")) results()?.removeAttribute("aria-busy");
    });
  });
  // Letters typed one after the other make one step back, not one each.
  doc.addEventListener("htmx:before:history:update", ({ detail: { history: step } }) => {
    if ((typing && typedBefore) || new URL(step.path, location).href.endsWith(whole())) step.type = "replace";
    typedBefore = typing;
  });
  // An error is said in the toast; results and address stay what they were.
  doc.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    for (const task of tasks) {
      if (!one("#erreur", task.fragment)) continue;
      task.target = one("#avis");
      task.swapSpec = { style: "innerHTML" };
      ctx.push = null;
    }
  });
  // The error page of a proxy is not shown.
  doc.addEventListener("htmx:after:request", (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status < 400 || /id="(erreur|resultats)"|"refusals"|data-part/.test(text)) return;
    event.preventDefault();
    say("Le site n’a pas pu répondre. Rien n’est perdu : réessayez dans un instant.");
  });
  doc.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const heading = one("#resultats-titre");
    if (!heading || ctx.target === doc.body) return;
    if (ctx.target.id !== "avis" && ctx.response?.status < 400) hush();
    if (fromLink) {
      const { q, lieu, rayon, visio } = one("#criteres").dataset;
      one("#q").value = q;
      one("#lieu").value = lieu;
      one("#rayon").value = rayon;
      one("#visio").checked = visio === "1";
    }
    if (facet) [...doc.querySelectorAll("#filtres a")].find((link) => wordsOf(link) === facet)?.focus({ preventScroll: true });
    if (turnsPage || doc.activeElement === doc.body) heading.focus({ preventScroll: true });
    if (turnsPage) heading.scrollIntoView({ block: "start" });
  });
  doc.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx) say("La connexion a été interrompue. Rien n’est perdu : réessayez dans un instant.");
  });
})();
