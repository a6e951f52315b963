// Scanning a wristband: a keyboard scanner types into the field and ends with Enter; a camera is read by the browser itself where it
// can, else by the server, to which small grey pictures go, one after the other, only while the camera is open.
"use strict";

(() => {
  const LOOK_EVERY_MS = 300;
  const OPEN_AT_MOST_MS = 45000;
  const PATIENCE_MS = 5000;
  const LONGEST_SIDE = 960;
  const QUALITY = 0.7;
  const FORMATS = ["qr_code", "code_128"];
  const WRISTBAND = /^IL2\./i;
  const WHOLE = /^IL2\..+\.\d\d$/i;
  const SETTLED_MS = 200;

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

  // ---- who reads a picture: the browser or the server; each answers the text of the code, or "" ----
  async function ownReader() {
    if (!("BarcodeDetector" in window)) return null;
    const known = await window.BarcodeDetector.getSupportedFormats();
    if (!FORMATS.every((format) => known.includes(format))) return null;
    const detector = new window.BarcodeDetector({ formats: FORMATS });
    return async (view) => {
      const [code] = await detector.detect(view).catch(() => []); // the picture is not there yet: the next look sees it
      return code ? code.rawValue : "";
    };
  }

  function grey(view, canvas) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(view.videoWidth, view.videoHeight));
    canvas.width = Math.round(view.videoWidth * scale);
    canvas.height = Math.round(view.videoHeight * scale);
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(view, 0, 0, canvas.width, canvas.height);
    const picture = drawing.getImageData(0, 0, canvas.width, canvas.height);
    const dots = picture.data;
    for (let at = 0; at < dots.length; at += 4) dots[at] = dots[at + 1] = dots[at + 2] = (dots[at] * 77 + dots[at + 1] * 150 + dots[at + 2] * 29) >> 8;
    drawing.putImageData(picture, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }

  function serverReader(token) {
    const canvas = document.createElement("canvas");
    return async (view) => {
      const body = await grey(view, canvas);
      const headers = { "Content-Type": "image/jpeg", "X-CSRFToken": token };
      const answer = await fetch("/scan/", { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.status === 429) return ""; // a little later again
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return (await answer.json()).text;
    };
  }

  // ---- the camera ----
  const REFUSED = {
    NotAllowedError: "This tablet does not allow the camera.",
    NotFoundError: "This tablet has no camera.",
    NotReadableError: "Another program uses the camera.",
  };

  function camera(button, field) {
    const view = document.getElementById(button.dataset.view);
    const says = document.getElementById(button.dataset.says);
    const typing = document.getElementById(button.dataset.typing);
    let stream = null;
    let session = 0; // each opening of the camera; an answer that belongs to an earlier one is dropped

    function say(words) {
      says.textContent = words;
    }

    function close(words) {
      session += 1;
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = null;
      view.hidden = true;
      view.srcObject = null;
      button.setAttribute("aria-pressed", "false");
      if (words !== undefined) say(words);
    }

    function typeInstead(words) {
      close(`${words} Type instead, and say why.`);
      typing.open = true;
      typing.querySelector("select").focus();
    }

    function found(text) {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      close("Wristband read.");
      field.focus();
    }

    async function look(read, mine, until) {
      if (mine !== session) return;
      let text = "";
      try {
        if (view.videoWidth) text = await read(view);
      } catch {
        if (mine === session) typeInstead("No contact: the camera's picture cannot be read now.");
        return;
      }
      if (mine !== session) return;
      if (WRISTBAND.test(text)) return void found(text);
      if (text) say("This is a code, but not that of a wristband.");
      if (performance.now() > until) return void typeInstead("Nothing was read. Hold the band closer, in good light.");
      window.setTimeout(() => look(read, mine, until), LOOK_EVERY_MS);
    }

    async function open() {
      const mine = (session += 1);
      button.setAttribute("aria-pressed", "true");
      say("The camera opens…");
      let asked = null;
      try {
        asked = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
      } catch (fault) {
        if (mine === session) typeInstead(REFUSED[fault.name] || "The camera cannot be used.");
        return;
      }
      if (mine !== session) return void asked.getTracks().forEach((track) => track.stop()); // closed meanwhile
      stream = asked;
      view.srcObject = stream;
      view.hidden = false;
      say("Hold the wristband's code before the camera.");
      await view.play().catch(() => {}); // a view that does not play shows no picture, and that is said in the end
      const read = (await ownReader().catch(() => null)) || serverReader(field.form.elements.namedItem("csrfmiddlewaretoken").value);
      look(read, mine, performance.now() + OPEN_AT_MOST_MS);
    }

    button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? close("") : open()));
    window.addEventListener("pagehide", () => close(""));
    document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close(""); });
  }

  // ---- whose it is: asked as soon as a code is whole or a number was typed, and said at once ----
  function identify(section) {
    const band = section.querySelector("[data-scan]");
    const number = document.getElementById("record_number");
    const place = section.querySelector("[data-identity]");
    const token = band.form.elements.namedItem("csrfmiddlewaretoken").value;
    const before = section.querySelector("[data-identity-words]").textContent;
    let asked = ""; // what the newest question was about; an older answer is dropped
    let soon = 0;

    function say(kind, words) {
      place.className = `identity${kind ? ` is-${kind}` : ""}`;
      section.querySelector("[data-identity-same]").hidden = kind !== "same";
      section.querySelector("[data-identity-other]").hidden = kind !== "other";
      section.querySelector("[data-identity-words]").textContent = words;
    }

    async function ask(field) {
      const read = field.value.trim();
      const question = `${field.name}=${read}`;
      if (!read || question === asked) return;
      asked = question;
      say("", "Comparing…");
      try {
        const body = new URLSearchParams({ [field.name]: read });
        const answer = await fetch(section.dataset.identify, { method: "POST", headers: { "X-CSRFToken": token }, body, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
        const said = await answer.json();
        if (question !== asked) return;
        if (said.same) return void say("same", said.sentence);
        say(said.code === "wrong_patient" ? "other" : "", `${said.sentence} ${said.remedy}`);
        if (said.code === "wrong_patient") field.focus();
      } catch {
        if (question !== asked) return;
        asked = ""; // the next sign asks again
        say("", "No contact: whose it is cannot be compared now.");
      }
    }

    function changed() {
      window.clearTimeout(soon);
      if (asked && asked !== `wristband=${band.value.trim()}`) {
        asked = "";
        say("", before);
      }
      if (WHOLE.test(band.value.trim())) soon = window.setTimeout(() => ask(band), SETTLED_MS); // a scanner types a sign at a time
    }

    band.addEventListener("input", changed);
    for (const field of [band, number]) {
      field.addEventListener("change", () => ask(field));
      field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); ask(field); } });
    }
    number.addEventListener("input", () => { if (asked) { asked = ""; say("", before); } });
    if (band.value.trim()) ask(band);
  }

  for (const section of document.querySelectorAll("[data-identify]")) identify(section);

  for (const field of document.querySelectorAll("[data-scan]")) {
    stepOn(field);
    const button = document.querySelector(`[data-camera="${field.id}"]`);
    // Without HTTPS a browser gives no camera to anybody but the machine itself.
    if (!button || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) continue;
    button.hidden = false;
    camera(button, field);
  }
})();
