// Nothing slides when a page refreshes: what has to make room fades in where it now stands, and what stays does not stir. What is
// under the finger or has the focus is left alone; refresh.js keeps it in its place.
"use strict";

(() => {
  const FADE_MS = 120;
  const LEAST_PX = 1;
  const REFRESHING = "[data-refreshes], .alerts-now, .alerts-here";
  const PIECES = "main > *, main > * > *, main > * > * > *, main [data-part], main [data-key], .bar nav li, .bar-end > *, body > .bottom";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let before = null; // piece -> where it stood

  function place(piece) {
    const box = piece.getBoundingClientRect();
    return box.width && box.height ? [box.left, box.top] : null;
  }

  const stood = () => new Map([...document.querySelectorAll(PIECES)].map((piece) => [piece, place(piece)]));

  function hasMoved(piece, was) {
    const now = place(piece);
    return Boolean(was && now) && (Math.abs(now[0] - was[0]) >= LEAST_PX || Math.abs(now[1] - was[1]) >= LEAST_PX);
  }

  function fade() {
    const faded = new Set();
    for (const [piece, was] of before) { // in the order of the page: a parent before what is in it
      if (!piece.isConnected || piece.contains(document.activeElement) || !hasMoved(piece, was)) continue;
      if ([...faded].some((outer) => outer.contains(piece))) continue;
      faded.add(piece);
      piece.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS, easing: "ease-out" });
    }
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt.matches(REFRESHING) && !still.matches) before = stood();
  });
  document.addEventListener("htmx:afterRequest", () => {
    if (before) fade();
    before = null;
  });
})();
