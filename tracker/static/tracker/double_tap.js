// A form that is on its way cannot be sent a second time; the server refuses a second one too, this only spares the person the message.
"use strict";

(() => {
  const AGAIN_AFTER_MS = 20000; // no answer by then: let the person try again, the form carries the same key

  function sent(form) {
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      button.classList.add("sending");
      button.setAttribute("aria-disabled", "true");
    }
    window.setTimeout(() => free(form), AGAIN_AFTER_MS);
  }

  function free(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".sending")) {
      button.classList.remove("sending");
      button.removeAttribute("aria-disabled");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!event.defaultPrevented) {
      // After the event, so that the button that was pressed still travels with the form.
      window.setTimeout(() => sent(form), 0);
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) free(form);
  });

  // Back from the next page by the browser's memory: the form may be used again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free);
  });
})();
