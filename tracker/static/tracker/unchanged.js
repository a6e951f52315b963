// Asks a refreshing page only for what is new: it names the version it shows, and an empty answer means nothing changed.
"use strict";

(() => {
  const refreshes = (element) => element && element.hasAttribute && element.hasAttribute("data-refreshes");

  document.addEventListener("htmx:configRequest", (event) => {
    const element = event.detail.elt;
    if (!refreshes(element)) return;
    // A piece under a finger or the focus may not yet show what it was sent: ask for everything.
    const held = element.contains(document.activeElement) || element.querySelector("[data-waiting], details[open]");
    if (element.dataset.version && !held) event.detail.headers["X-Version"] = element.dataset.version;
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const element = event.detail.elt;
    if (!refreshes(element)) return;
    const answer = event.detail.xhr;
    const version = answer.getResponseHeader("X-Version");
    if (answer.status === 200 && version) element.dataset.version = version;
    const heard = answer.getResponseHeader("X-Heard");
    if (answer.status !== 204 || !heard) return;
    element.dataset.heardNow = heard; // a sign of life, as if the whole page had been sent
    document.dispatchEvent(new CustomEvent("ward:heard", { detail: { now: Date.parse(heard) } }));
  });
})();
