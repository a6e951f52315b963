// Runs before anything is drawn: what would take place on the page a moment later says so now, so that nothing moves then.
"use strict";

(() => {
  const root = document.documentElement;
  const SKEW_MS = 120000;
  // A page that was kept shows an old time of the server: there only what was measured before tells how wrong this clock is.
  const ahead = "cached" in root.dataset ? Number(localStorage.getItem("ward-clock-ahead")) || 0 : Date.now() - Date.parse(root.dataset.now);
  if (Math.abs(ahead) >= SKEW_MS) root.dataset.skew = String(Math.round(ahead / 60000));
})();
