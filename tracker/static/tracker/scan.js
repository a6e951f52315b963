// Scanning a wristband: a keyboard scanner types into the field and ends with Enter; a camera is used where the browser can read codes.
"use strict";

(() => {
  const LOOK_EVERY_MS = 200;
  const FORMATS = ["qr_code", "code_128"];

  // Enter at the end of a scan must not send a half filled form: it goes on to the next field.
  function stepOn(field) {
    // A second scan takes the place of the first instead of being added to it.
    field.addEventListener("focus", () => field.select());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const next = document.getElementById(field.dataset.next);
      if (next) next.focus();
    });
  }

  async function readsCodes() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return false;
    const known = await window.BarcodeDetector.getSupportedFormats();
    return FORMATS.some((format) => known.includes(format));
  }

  function camera(button, field) {
    const view = document.getElementById(button.dataset.view);
    const words = document.getElementById("announce");
    let stream = null;

    function stop() {
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = null;
      view.hidden = true;
      view.srcObject = null;
      button.setAttribute("aria-pressed", "false");
    }

    async function look(detector) {
      if (!stream) return;
      try {
        const [code] = await detector.detect(view);
        if (code) {
          field.value = code.rawValue;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          words.textContent = "Wristband read.";
          stop();
          field.focus();
          return;
        }
      } catch {
        // The picture is not there yet: look again.
      }
      window.setTimeout(() => look(detector), LOOK_EVERY_MS);
    }

    button.addEventListener("click", async () => {
      if (stream) return stop();
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        words.textContent = "The camera cannot be used. Type instead and say why.";
        button.hidden = true;
        return undefined;
      }
      view.srcObject = stream;
      view.hidden = false;
      button.setAttribute("aria-pressed", "true");
      await view.play();
      return look(new window.BarcodeDetector({ formats: FORMATS }));
    });
    window.addEventListener("pagehide", stop);
  }

  for (const field of document.querySelectorAll("[data-scan]")) {
    stepOn(field);
    const button = document.querySelector(`[data-camera="${field.id}"]`);
    if (!button) continue;
    readsCodes().then((can) => {
      if (!can) return;
      button.hidden = false;
      camera(button, field);
    });
  }
})();
