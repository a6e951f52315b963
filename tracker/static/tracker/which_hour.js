// A time that is typed in the hour which comes twice, when the clocks go back, asks at once which of the two is meant: with or
// without network. The server asks the same, and refuses to guess.
"use strict";

(() => {
  const zone = window.wardClock.zone;
  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone });
  const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset", timeZone: zone });
  const DAY_MS = 86400000;
  const localText = (instant) => local.format(instant).replace(" ", "T");

  function offsetOf(instant) {
    const name = named.formatToParts(instant).find((part) => part.type === "timeZoneName").value;
    return name.replace("GMT", "") || "+00:00";
  }

  // The instants whose clock time on the ward is this text; two of them in the hour that comes twice.
  function instantsOf(text) {
    const utc = Date.parse(`${text}Z`);
    if (Number.isNaN(utc)) return [];
    const offsets = [...new Set([-DAY_MS, DAY_MS].map((shift) => offsetOf(utc + shift)))];
    return offsets.map((offset) => Date.parse(`${text}${offset}`)).filter((at) => localText(at) === text.slice(0, 16)).sort((a, b) => a - b);
  }

  const placeOf = (field) => field.closest("label") || field;
  const shownFor = (field) => field.form && field.form.querySelector(`[data-which-hour="${CSS.escape(field.name)}"]`);

  function draw(field, instants) {
    const set = document.createElement("fieldset");
    set.className = "which-hour";
    set.dataset.whichHour = field.name;
    set.innerHTML = '<legend class="field-name">This hour comes twice: which one?</legend><div class="choices choices-wrap"></div>';
    instants.forEach((at, place) => {
      const offset = offsetOf(at);
      const choice = document.createElement("label");
      choice.className = "choice";
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: `${field.name}_offset`, value: offset, required: true });
      const words = document.createElement("span");
      words.textContent = `${place ? "second" : "first"} ${field.value.slice(11, 16)} (${offset})`;
      choice.append(radio, words);
      set.lastElementChild.append(choice);
    });
    placeOf(field).after(set);
    // What came back of a draft without these choices on the page: it is the answer, not a second field of that name.
    for (const kept of field.form.querySelectorAll(`input[type=hidden][name="${CSS.escape(field.name)}_offset"]`)) {
      const same = set.querySelector(`input[value="${CSS.escape(kept.value)}"]`);
      if (same) same.checked = true;
      kept.remove();
    }
    return set;
  }

  // `meant` is the instant, where the time was not typed but filled in.
  function ask(field, meant) {
    const instants = instantsOf(field.value);
    const shown = shownFor(field);
    const wanted = instants.length > 1 ? field.value : "";
    const stands = shown && (shown.dataset.of || field.defaultValue);
    if (shown && stands !== wanted) shown.remove();
    if (!wanted) return;
    const set = shown && stands === wanted ? shown : draw(field, instants);
    set.dataset.of = wanted;
    if (meant === undefined) return;
    const right = set.querySelector(`input[value="${CSS.escape(offsetOf(meant))}"]`);
    if (right) right.checked = true;
  }

  const fieldsOf = (place) => place.querySelectorAll("input[type=datetime-local]");
  const look = (event) => {
    if (event.target.matches("input[type=datetime-local]")) ask(event.target);
    else if (event.target.matches("form")) for (const field of fieldsOf(event.target)) ask(field); // what was typed is back
  };
  document.addEventListener("input", look);
  document.addEventListener("change", look);
  window.wardWhichHour = { ask, offsetOf };
})();
