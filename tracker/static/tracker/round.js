// The round form: counts what is entered, folds rare choices, asks why the rest is left, and shows what the server says it means.
"use strict";

(() => {
  const form = document.getElementById("round");
  if (!form) return;
  const entries = [...form.querySelectorAll("[data-entry]")];
  const entryOf = (code) => form.querySelector(`[data-entry="${CSS.escape(code)}"]`);
  const nameOf = (entry) => entry.querySelector(".entry-name").textContent;
  const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  function isEntered(entry) {
    const number = entry.querySelector("[data-number]");
    const filled = number ? number.value.trim() !== "" : Boolean(entry.querySelector("input[type=radio]:checked"));
    return filled || entry.querySelector("[data-not-done]").value !== "";
  }

  const left = () => entries.filter((entry) => entry.hasAttribute("data-due") && !isEntered(entry));

  function count() {
    const due = entries.filter((entry) => entry.hasAttribute("data-due"));
    const missing = left();
    for (const place of document.querySelectorAll("[data-entered]")) place.textContent = String(due.length - missing.length);
    for (const place of document.querySelectorAll("[data-total]")) place.textContent = String(due.length);
    document.querySelector("[data-left-words]").textContent = missing.length ? `Asks why for the ${missing.length} left` : "";
    document.querySelector("[data-left-list]").textContent = missing.length ? `Not recorded: ${missing.map(nameOf).join(", ")}.` : "";
  }

  // ---- rare choices ----
  function nameFolds() {
    for (const fold of form.querySelectorAll("[data-fold]")) {
      const words = fold.querySelector("[data-fold-words]");
      const picked = fold.querySelector("input:checked");
      words.textContent = picked ? picked.nextElementSibling.textContent.trim() : words.dataset.foldLabel;
    }
  }

  form.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-all-clear]");
    if (clear) {
      // What was already answered stays as it was answered.
      for (const entry of document.getElementById(clear.dataset.allClear).querySelectorAll("[data-entry]")) {
        const calm = entry.querySelector("[data-unremarkable]");
        if (calm && !entry.querySelector("input:checked")) calm.checked = true;
      }
      changed(form);
    }
    const quick = event.target.closest("[data-seen-ago]");
    if (quick) seen(Number(quick.dataset.seenAgo));
    const sure = event.target.closest("[data-confirm]");
    if (sure) confirm(sure);
    const again = event.target.closest("[data-again]");
    if (again) measureAgain(again.dataset.again);
    const why = event.target.closest("[data-one-reason]");
    if (why) notDone(why);
  });

  // A radio that is tapped inside a fold closes it: the answer stands on the summary. Arrow keys (detail 0) leave it open.
  form.addEventListener("click", (event) => {
    const fold = event.detail > 0 && event.target.matches(".fold-list input") && event.target.closest("[data-fold]");
    if (fold) fold.open = false;
  });

  // ---- when it was seen ----
  const seenWords = form.querySelector("[data-seen-words]");
  const OFFSET = / [+\u2212]\d\d:\d\d$/; // the server adds it near a clock change, when an hour may exist twice
  const isNearChange = OFFSET.test(seenWords.textContent);
  let seenOffset = (OFFSET.exec(seenWords.textContent) || [""])[0];
  const zoned = new Intl.DateTimeFormat("en-GB", { timeZone: window.wardClock.zone, timeZoneName: "longOffset" });

  function offsetAt(instant) {
    const name = zoned.formatToParts(instant).find((part) => part.type === "timeZoneName").value;
    return ` ${name.replace("GMT", "").replace("-", "\u2212") || "+00:00"}`;
  }

  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: window.wardClock.zone });

  function seen(minutesAgo) {
    const field = form.querySelector("[data-seen]");
    const instant = window.wardClock.now() - minutesAgo * 60000;
    field.value = local.format(instant).replace(" ", "T");
    window.wardWhichHour.ask(field, instant);
    field.closest("details").open = false;
    if (isNearChange) seenOffset = offsetAt(instant);
    changed(field);
  }

  // Another time was typed: which of two equal hours it means is asked when it matters, not guessed here.
  form.querySelector("[data-seen]").addEventListener("input", () => { seenOffset = ""; });

  function nameSeen() {
    const [date, hour] = form.querySelector("[data-seen]").value.split("T");
    if (!hour) return;
    const today = local.format(window.wardClock.now()).startsWith(date);
    const chosen = form.querySelector("[name=observed_at_offset]:checked");
    const offset = chosen ? ` ${chosen.value.replace("-", "\u2212")}` : seenOffset;
    seenWords.textContent = (today ? hour : `${date.slice(8)}.${date.slice(5, 7)}. ${hour}`) + offset;
  }

  // ---- one value: right as it is, measured again, or not done ----
  function hidden(name, value) {
    let field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
    return field;
  }

  function confirm(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    changed(hidden(`${button.dataset.confirm}_confirmed`, on ? button.dataset.value : ""));
  }

  function measureAgain(code) {
    const field = document.getElementById(code);
    hidden(`${code}_confirmed`, "");
    if ("value" in field) field.value = "";
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const saysMore = (field, problem) => {
    const missing = field.value.trim().length < 3;
    problem.hidden = !missing;
    if (missing) field.focus();
    return !missing;
  };

  function notDone(button) {
    const dialog = button.closest("dialog");
    const entry = entryOf(dialog.dataset.code);
    const words = dialog.querySelector("[data-one-words]");
    if (button.dataset.oneReason === "other" && !saysMore(words, dialog.querySelector("[data-one-problem]"))) return;
    entry.querySelector("[data-not-done]").value = button.dataset.oneReason;
    entry.querySelector("[data-not-done-words]").value = words.value.trim();
    words.value = "";
    dialog.close();
    showNotDone(entry);
    changed(form);
  }

  function showNotDone(entry) {
    const reason = entry.querySelector("[data-not-done]").value;
    const number = entry.querySelector("[data-number]");
    entry.classList.toggle("entry-done-not", reason !== "");
    const said = reason && form.querySelector(`[data-one-reason="${CSS.escape(reason)}"]`);
    if (number) number.placeholder = said ? said.dataset.short : "enter";
  }

  form.addEventListener("input", (event) => {
    const entry = event.target.closest("[data-entry]");
    const reason = entry && entry.querySelector("[data-not-done]");
    if (reason && reason !== event.target && reason.value && event.target.value) {
      reason.value = ""; // it was done after all
      entry.querySelector("[data-not-done-words]").value = "";
      showNotDone(entry);
    }
  });

  // ---- what the server says about the typed values ----
  function showMarks() {
    const marks = document.querySelector("#meaning template[data-marks]");
    if (!marks) return;
    for (const entry of entries) {
      const mark = marks.content.querySelector(`[data-mark-for="${CSS.escape(entry.dataset.entry)}"]`);
      entry.className = entry.className.replace(/\s*\bv-\w+/g, "");
      if (mark) entry.classList.add(`v-${mark.dataset.verdict}`);
      const rule = entry.querySelector("[data-mark-rule]");
      if (rule) rule.textContent = mark ? mark.dataset.rule : "";
      const place = entry.querySelector("[data-mark]");
      if (place) place.replaceChildren(...(mark ? [...mark.cloneNode(true).childNodes] : []));
    }
    document.dispatchEvent(new CustomEvent("round:marked"));
  }

  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "meaning") showMarks(); });

  // ---- saving early asks why ----
  form.addEventListener("submit", (event) => {
    const dialog = document.getElementById("why-left");
    const picked = form.querySelector("[name=left_reason]:checked");
    if (!left().length || (picked && picked.value !== "other")) return;
    const words = dialog.querySelector("[data-left-note]");
    if (picked && words.value.trim().length >= 3) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    if (picked) saysMore(words, dialog.querySelector("[data-left-problem]"));
    else dialog.querySelector("[name=left_reason]").focus();
  });

  function look() {
    count();
    nameFolds();
    nameSeen();
  }

  form.addEventListener("input", look);
  form.addEventListener("change", look);
  entries.forEach(showNotDone);
  look();
  showMarks();
})();
