// A shared tablet locks when nobody touches it. The server ends the session; what was being typed is already kept by keep.js.
// The last touch is remembered across pages and across a crash, so that a tablet that was left lying opens locked.
"use strict";

(() => {
  const root = document.documentElement;
  const TOUCHED = "ward-touched";
  const after = Number(root.dataset.lockAfter) * 60000;
  const touch = () => localStorage.setItem(TOUCHED, String(Date.now()));

  for (const sign of ["pointerdown", "keydown", "wheel"]) document.addEventListener(sign, touch, { capture: true, passive: true });
  if (!after || !root.dataset.user) {
    touch(); // the sign-in page: whoever comes through it has just touched the tablet
    return;
  }

  // A page of the person before, on another tab, shows nothing any more when somebody else is there.
  const PERSON = "ward-person";
  localStorage.setItem(PERSON, root.dataset.user);
  window.addEventListener("storage", (event) => {
    if (event.key === PERSON && event.newValue && event.newValue !== root.dataset.user) window.location.reload();
  });

  function isIdle() {
    const idle = Date.now() - Number(localStorage.getItem(TOUCHED));
    return idle >= after || idle < -after; // the clock was set back: better locked than open for hours
  }

  function lock() {
    const form = document.getElementById("lock");
    if (form.dataset.locking) return;
    form.dataset.locking = "yes";
    form.elements.namedItem("next").value = window.location.pathname + window.location.search;
    form.submit();
  }

  const look = () => { if (isIdle()) lock(); };
  look();
  window.setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
