// A form that nothing may replace (giving a dose) asks again and again whether the server is there. Without it the form is off, in its
// place, with the reason; what was typed stays. The server refuses all that it should, this only tells the person in time.
"use strict";

(() => {
  const ASK_MS = 4000;
  const PATIENCE_MS = 15000; // a busy server is no lost one; a cut network says so by itself, at once
  const root = document.documentElement;
  const lost = () => document.dispatchEvent(new CustomEvent("ward:lost"));

  async function ask() {
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      const now = Date.parse(answer.headers.get("Date"));
      if (answer.ok && now) document.dispatchEvent(new CustomEvent("ward:heard", { detail: { now } }));
      else lost();
    } catch {
      lost();
    }
  }

  document.addEventListener("submit", (event) => {
    if (root.dataset.touch === "lost" && event.target.matches("[data-needs-contact]")) event.preventDefault();
  }, true);
  window.addEventListener("online", ask);
  (function again() {
    window.setTimeout(async () => {
      if (!document.hidden) await ask();
      again();
    }, ASK_MS);
  })();
})();
