// Makes the page ready for a time without network: starts the service worker, has it keep the person's pages, and treats a page
// that comes out of its memory as what it is: old, and a form with a used key.
"use strict";

(() => {
  const root = document.documentElement;
  const user = root.dataset.user || "";
  const isCopy = "cached" in root.dataset;
  const AGAIN_MS = 120000;

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
  document.addEventListener("ward:heard", () => { if (isCopy && !document.querySelector("form[data-keep]")) window.location.reload(); });

  // ---- the service worker ----
  if (!("serviceWorker" in navigator)) return; // plain HTTP to another machine: the browser allows no offline pages there

  // "kept" only when both are true: the pages are on the tablet, and the worker answers for this one.
  const { serviceWorker } = navigator;
  const sayKept = () => { root.dataset.kept = "yes"; };
  serviceWorker.addEventListener("message", (event) => {
    if (event.data.said !== "keep") return;
    if (serviceWorker.controller) sayKept();
    else serviceWorker.addEventListener("controllerchange", sayKept, { once: true });
  });

  async function tell(message) {
    const ready = await navigator.serviceWorker.ready;
    ready.active.postMessage(message);
  }

  function keep() {
    if (!document.hidden && root.dataset.touch !== "lost") tell({ say: "keep", user });
  }

  if (isCopy) return;
  if (!user) {
    if (navigator.serviceWorker.controller) tell({ say: "nobody" });
    return;
  }
  navigator.serviceWorker.register("/worker.js", { scope: "/", updateViaCache: "none" }).then(keep, () => {});
  window.setInterval(keep, AGAIN_MS);
})();
