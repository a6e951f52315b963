// Makes the page ready for a time without network: starts the service worker, has it keep the person's pages, and treats a page
// that comes out of its memory as what it is: old, and a form with a used key.
"use strict";

(() => {
  const root = document.documentElement;
  const user = root.dataset.user || "";
  const isCopy = "cached" in root.dataset;
  const isOpened = "opened" in root.dataset; // by its PIN, without the server: the session there may be another person's
  const isTablet = "lockAfter" in root.dataset;
  const AGAIN_MS = 120000;
  const ASK_MS = 5000;
  const MORE_MS = 3000;

  // ---- the form of a round: what the tablet's own clock says goes along; a copied form is a new round, now ----
  const form = document.getElementById("round");

  function put(name, value) {
    let field = form.elements.namedItem(name);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  }

  if (form) {
    // Before anything else hears of the submit, so that the fields travel with the form.
    form.addEventListener("submit", () => {
      put("tablet_at", new Date().toISOString());
      put("tablet_ahead", String(Math.round(window.wardClock.ahead() / 1000)));
    }, true);
  }
  if (form && isCopy) {
    put("key", crypto.randomUUID());
    const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: window.wardClock.zone });
    form.querySelector("[data-seen]").value = local.format(window.wardClock.now()).replace(" ", "T");
    window.wardWhichHour.ask(form.querySelector("[data-seen]"), window.wardClock.now());
  }

  function sayNotAssessed() {
    const meaning = document.getElementById("meaning");
    if (!meaning) return;
    const words = document.createElement("p");
    words.textContent = "No contact: what this means for the dose is assessed when the round is sent.";
    meaning.replaceChildren(words);
  }
  if (isCopy) sayNotAssessed();
  document.addEventListener("htmx:sendError", (event) => { if (event.target.id === "meaning") sayNotAssessed(); });

  // ---- contact again: an old page is opened anew, unless somebody may be typing in it ----
  const isTyping = () => Boolean(document.querySelector("form[data-keep]") || (document.getElementById("pin") || {}).value);
  const openAnew = () => { if (isCopy && !isTyping()) window.location.reload(); };
  document.addEventListener("ward:heard", openAnew);

  // A tablet that is locked, or was opened, without the server asks for nothing but a sign of life: then the server asks for the PIN.
  if (isOpened) document.addEventListener("htmx:beforeRequest", (event) => event.preventDefault());
  async function askForLife() {
    try {
      if ((await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ASK_MS) })).ok) openAnew();
    } catch {
      // still none
    }
  }
  if (isOpened || (isCopy && !user)) {
    window.setInterval(askForLife, ASK_MS);
    window.addEventListener("online", askForLife);
  }

  // ---- the service worker ----
  if (!("serviceWorker" in navigator)) { // plain HTTP to another machine: the browser allows no offline pages there
    for (const words of document.querySelectorAll("[data-no-offline]")) words.hidden = false;
    return;
  }

  // "kept" only when both are true: the pages are on the tablet, and the worker answers for this one.
  const { serviceWorker } = navigator;
  const sayKept = () => { root.dataset.kept = "yes"; };
  serviceWorker.addEventListener("message", (event) => {
    const { said, left } = event.data;
    if (said === "more" && left < 0) keep();
    else if (said === "keep" || said === "more") more(left);
    if (said !== "keep") return;
    root.dataset.sealed = event.data.sealed ? "yes" : "no";
    if (serviceWorker.controller) sayKept();
    else serviceWorker.addEventListener("controllerchange", sayKept, { once: true });
  });

  // What is large is kept afterwards, one page at a time and only while nothing else is done here. A new answer begins anew.
  let soon = 0;

  function more(left) {
    root.dataset.keptAll = left > 0 ? "no" : "yes";
    window.clearTimeout(soon);
    if (left > 0) soon = window.setTimeout(() => idle(askForMore), MORE_MS);
  }

  const idle = (task) => (window.requestIdleCallback ? window.requestIdleCallback(task, { timeout: AGAIN_MS }) : task());

  function askForMore() {
    if (!document.hidden && root.dataset.touch !== "lost") tell({ say: "more", user });
  }

  async function tell(message) {
    const ready = await navigator.serviceWorker.ready;
    ready.active.postMessage(message);
  }

  function keep() {
    if (!document.hidden && root.dataset.touch !== "lost") tell({ say: "keep", user, here: window.location.pathname + window.location.search });
  }

  if (isCopy) return;
  if (!user) {
    if (navigator.serviceWorker.controller) tell({ say: "nobody", tablet: isTablet });
    return;
  }
  navigator.serviceWorker.register("/worker.js", { scope: "/", updateViaCache: "none" }).then(keep, () => {});
  window.setInterval(keep, AGAIN_MS);
})();
