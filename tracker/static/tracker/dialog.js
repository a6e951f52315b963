// Dialogs: data-opens names the <dialog> to open, data-closes closes the one around it. Without this script the link is followed.
"use strict";

(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
  });

  // A dialog that the server sent open (it asks something) becomes modal, so that it cannot be overlooked.
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    dialog.open = false;
    dialog.showModal();
  }

  const problems = document.querySelector("[data-focus-me]");
  if (problems) problems.focus();
})();
