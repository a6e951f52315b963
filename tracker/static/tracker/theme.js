// Night and high contrast: remembered in a cookie, so that the server paints the first frame already right.
"use strict";

(() => {
  const root = document.documentElement;

  function wear(theme) {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    mark();
  }

  function mark() {
    const worn = root.dataset.theme || "light";
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(worn === "night"));
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === worn));
    }
  }

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-theme-toggle]");
    if (toggle) wear(root.dataset.theme === "night" ? "light" : "night");
    const chosen = event.target.closest("[data-theme-set]");
    if (chosen) wear(chosen.dataset.themeSet);
    if (event.target.closest("[data-print]")) {
      event.preventDefault();
      window.print();
    }
  });

  mark();
})();
