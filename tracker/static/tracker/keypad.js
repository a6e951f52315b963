// The numeric keypad of the round screen, for either hand. The inputs work without it; it only types into them.
"use strict";

(() => {
  const thumb = document.querySelector("[data-thumb]");
  const pad = thumb && thumb.querySelector("[data-keypad]");
  if (!pad) return;
  const fields = [...document.querySelectorAll("[data-number]")];
  const place = (name) => pad.querySelector(`[data-${name}]`);
  const typed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const settled = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
  let active = null;
  let fresh = true; // the first key after moving to a field replaces what stands there

  // The keypad replaces the tablet's own keyboard, which would cover half the page.
  for (const field of fields) field.inputMode = "none";

  function following(from) {
    const start = fields.indexOf(from);
    const ring = [...fields.slice(start + 1), ...fields.slice(0, Math.max(start, 0))];
    return ring.find((field) => field.value.trim() === "") || null;
  }

  function lastWords(field) {
    if (!field.dataset.last) return "";
    const age = field.dataset.lastAt ? window.wardClock.age(Date.parse(field.dataset.lastAt)) : "";
    return age ? `${field.dataset.last}, ${age} ago` : field.dataset.last;
  }

  // What a measurement can be, as long as it is measured in the unit that the page came with.
  function spanWords(field) {
    const unit = field.form.elements.namedItem(`${field.name}_unit`);
    return field.dataset.span && (!unit || unit.value === field.dataset.unit) ? `${field.dataset.span}` : "";
  }

  function show() {
    const next = following(active);
    place("key-label").textContent = active ? active.dataset.label : "No field";
    place("key-last").textContent = active ? [lastWords(active), spanWords(active)].filter(Boolean).join(" · ") : "";
    place("key-value").textContent = active ? active.value : "";
    place("key-unit").textContent = active ? active.dataset.unit : "";
    place("next-label").textContent = next ? next.dataset.label : "all entered";
    const entry = active && active.closest("[data-entry]");
    const verdict = entry && /\bv-\w+/.exec(entry.className);
    place("key-value").parentElement.className = `keypad-value${verdict ? ` ${verdict[0]}` : ""}`;
    const mark = entry && entry.querySelector("[data-mark] svg");
    place("key-mark").replaceChildren(...(mark ? [mark.cloneNode(true)] : []));
    const clear = pad.querySelector("[data-key=clear], [data-key=point]");
    const decimal = Boolean(active && "decimal" in active.dataset);
    clear.dataset.key = decimal ? "point" : "clear";
    clear.textContent = decimal ? "." : "Clear";
    clear.setAttribute("aria-label", decimal ? "Decimal point" : "Clear the field");
    clear.classList.toggle("key-word", !decimal);
  }

  function take(field) {
    if (active) active.classList.remove("is-active");
    active = field;
    fresh = true;
    if (field) {
      field.classList.add("is-active");
      const speaks = document.querySelector("[data-speaks-of]");
      if (speaks && speaks.value !== field.name) {
        speaks.value = field.name;
        const entry = field.closest("[data-entry]");
        if (/\bv-\w+/.test(entry.className)) settled(speaks); // a marked value: say at once what it means
      }
    }
    show();
  }

  function write(text) {
    if (!active) return;
    active.value = text;
    fresh = false;
    typed(active);
    show();
  }

  const commands = {
    clear: () => write(""),
    point: () => { if (active && (fresh || !active.value.includes("."))) write(fresh || active.value === "" ? "0." : `${active.value}.`); },
    back: () => { if (active) write(active.value.slice(0, -1)); },
    next: () => {
      if (active) settled(active);
      const next = following(active);
      if (next) next.focus();
      else document.querySelector("[data-save]").focus();
    },
    hand: () => hand(!thumb.classList.contains("left-hand")),
    "not-done": () => {
      const dialog = document.getElementById("why-one");
      if (!active) return;
      dialog.dataset.code = active.name;
      dialog.querySelector("[data-one-label]").textContent = active.dataset.label;
      dialog.showModal();
    },
  };

  function hand(left) {
    thumb.classList.toggle("left-hand", left);
    pad.querySelector("[data-hand-words]").textContent = left ? "Right hand" : "Left hand";
    localStorage.setItem("hand", left ? "left" : "right");
  }

  pad.addEventListener("pointerdown", (event) => { if (event.target.closest("button")) event.preventDefault(); }); // the field keeps the focus
  pad.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.digit) write((fresh && active ? "" : active ? active.value : "") + button.dataset.digit);
    else commands[button.dataset.key]();
  });

  for (const field of fields) {
    field.addEventListener("focus", () => take(field));
    field.addEventListener("input", () => { fresh = false; show(); });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter goes on; only the button saves
      commands.next();
    });
  }

  document.addEventListener("round:marked", show);
  hand(localStorage.getItem("hand") === "left");
  const speaks = document.querySelector("[data-speaks-of]");
  take(fields.find((field) => speaks && field.name === speaks.value) || following(null));
})();
