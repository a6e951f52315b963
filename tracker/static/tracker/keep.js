// What was typed into a form survives a reload, a lock and a lost connection, for the same person and patient only.
// A form opts in with data-keep="<kind>:<user>:<patient>"; the server answers a saved form with a cookie saved_form=<that key>.
"use strict";

(() => {
  const PREFIX = "kept/";
  const OLDEST_MS = 12 * 3600 * 1000; // one long shift
  const never = new Set(["csrfmiddlewaretoken", "password", "speaks_of", "mode", "step", "tablet_at", "tablet_ahead", "due_codes"]);

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key)) || null;
    } catch {
      return null;
    }
  }

  function forget(key) {
    localStorage.removeItem(PREFIX + key);
  }

  function forgetSavedAndOld() {
    const saved = /(?:^|; )saved_form=([^;]+)/.exec(document.cookie);
    if (saved) {
      forget(decodeURIComponent(saved[1]).replace(/^"|"$/g, ""));
      document.cookie = "saved_form=; path=/; max-age=0; samesite=lax";
    }
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const kept = read(name.slice(PREFIX.length));
      if (!kept || Date.now() - kept.at > OLDEST_MS) localStorage.removeItem(name);
    }
  }

  // Neither secrets nor scans: a wristband is scanned again, because another patient may lie there now.
  const isTyped = (field) => field.type !== "submit" && field.type !== "password" && !("keepNot" in field.dataset);
  const named = (form) => [...form.elements].filter((field) => field.name && !never.has(field.name) && isTyped(field));

  function keep(form) {
    const values = { ...(read(form.dataset.keep) || {}).values };
    for (const field of named(form)) delete values[field.name];
    for (const field of named(form)) {
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      if (field.value !== "") values[field.name] = field.value;
    }
    localStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify({ at: Date.now(), values }));
    const words = document.querySelector("[data-kept-words]");
    if (words) words.textContent = "Kept on this tablet";
  }

  // Values typed on another tab of the same form travel with it, and are named, never sent unseen.
  function carry(form, name, value) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = name;
    hidden.value = value;
    form.append(hidden);
  }

  // Answers what stands on no field of this page, and whether anything here is other than it was.
  function put(form, values) {
    const elsewhere = [];
    let isNews = false;
    for (const [name, value] of Object.entries(values)) {
      const fields = [...form.elements].filter((field) => field.name === name);
      if (!fields.length) {
        carry(form, name, value);
        if (!/_(from|unit|confirmed|not_done|not_done_words)$/.test(name)) elsewhere.push(`${name.replaceAll("_", " ")} ${value}`);
      }
      for (const field of fields) {
        const isBox = field.type === "radio" || field.type === "checkbox";
        const wanted = isBox ? field.value === value : value;
        if (field[isBox ? "checked" : "value"] === wanted) continue;
        field[isBox ? "checked" : "value"] = wanted;
        isNews = true;
        const fold = field.closest("details:not([data-menu]):not([data-fold])");
        if (fold) fold.open = true;
      }
    }
    return { elsewhere, isNews: isNews || elsewhere.length > 0 };
  }

  function note(form, kept, elsewhere) {
    const line = document.createElement("p");
    line.className = "message kept-note";
    line.setAttribute("role", "status");
    const words = document.createElement("span");
    const at = window.wardClock ? window.wardClock.hour(kept.at) : "";
    words.textContent = `What you typed at ${at} is back. Nothing was sent.${elsewhere.length ? ` Also typed: ${elsewhere.join(", ")}.` : ""}`;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "button push";
    clear.textContent = "Throw it away";
    clear.addEventListener("click", () => {
      forget(form.dataset.keep);
      form.dataset.thrownAway = "yes";
      window.location.reload();
    });
    line.append(words, clear);
    const place = form.querySelector("[data-kept-here]") || form;
    place.prepend(line);
  }

  // A round that was saved without network a moment ago stands in the queue: it is not typed again.
  async function isQueued(kept) {
    try {
      return (await window.wardQueue.all()).some((round) => round.id === kept.values.key);
    } catch {
      return false;
    }
  }

  async function bringBack(form) {
    const kept = read(form.dataset.keep);
    if (!kept) return;
    if (kept.values.key && window.wardQueue && (await isQueued(kept))) {
      forget(form.dataset.keep);
      return;
    }
    const { elsewhere, isNews } = put(form, kept.values);
    if (!isNews) return; // a refused form, which the server sent back as it was typed
    note(form, kept, elsewhere);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // A round that went into the tablet's queue is no draft any more: the next one starts empty, with a key of its own.
  function forgetQueued(keys) {
    for (const name of Object.keys(localStorage)) {
      const kept = name.startsWith(PREFIX) && read(name.slice(PREFIX.length));
      if (kept && keys.has(kept.values.key)) localStorage.removeItem(name);
    }
  }

  function mine() {
    const user = document.documentElement.dataset.user;
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX) && name.split(":")[1] === user).length;
  }

  // A refused round is mended in its form, as if it had been typed there. False when another one is being typed.
  function mend(key, values) {
    if (read(key)) return false;
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }));
    return true;
  }

  window.wardDrafts = { forgetQueued, mine, mend };

  forgetSavedAndOld();
  for (const form of document.querySelectorAll("form[data-keep]")) {
    let soon = 0;
    const now = () => {
      window.clearTimeout(soon);
      soon = 0;
      if (!form.dataset.thrownAway) keep(form);
    };
    const later = () => {
      window.clearTimeout(soon);
      soon = window.setTimeout(now, 150);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", now);
    window.addEventListener("pagehide", () => { if (soon) now(); }); // reloaded before the last sign was kept
    document.addEventListener("DOMContentLoaded", () => bringBack(form)); // after the other scripts, the queue's among them
  }
})();
