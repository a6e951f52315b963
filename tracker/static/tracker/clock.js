// Time on the page: the wall clock, ages and countdowns tick by the minute on the server's clock; lost touch is said at once.
"use strict";

(() => {
  const root = document.documentElement;
  const zone = root.dataset.zone || "UTC";
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: zone });
  const DAY_MS = 86400000;
  const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset", timeZone: zone });
  const offset = (at) => named.formatToParts(at).find((part) => part.type === "timeZoneName").value.replace("GMT", "").replace("-", "\u2212") || "+00:00";

  // Within a day of a clock change the wall clock says its distance from UTC, because an hour may exist twice.
  const offsetText = (at) => (new Set([at - DAY_MS, at, at + DAY_MS].map(offset)).size > 1 ? offset(at) : "");

  // The hour in words: with its distance from UTC where it may exist twice.
  const hourText = (at) => [hour.format(at), offsetText(Number(at))].filter(Boolean).join(" ");

  // The server's clock, carried on by a clock that nobody can set: a tablet whose own clock is wrong still shows right ages.
  let heardAt = performance.now();
  let serverThen = Date.parse(root.dataset.now);

  // How far this device's own clock is ahead of the server's, measured whenever the server is heard and kept for pages
  // that are opened without network: such a page only knows the device's clock, and its own age must still be true.
  const AHEAD = "ward-clock-ahead";
  const isCopy = "cached" in root.dataset;
  const ahead = () => Number(localStorage.getItem(AHEAD)) || 0;
  const measure = () => localStorage.setItem(AHEAD, String(Math.round(Date.now() - serverThen)));
  if (isCopy) serverThen = Date.now() - ahead();
  else measure();
  const serverNow = () => serverThen + (performance.now() - heardAt);

  const minutesBetween = (from, to) => Math.floor(to / 60000) - Math.floor(from / 60000);

  function span(minutes) {
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 72) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
    return `${Math.floor(hours / 24)} days ${hours % 24} h`;
  }

  function ageText(at, now) {
    const minutes = minutesBetween(at, now);
    return minutes >= 0 ? span(minutes) : `in ${span(-minutes)}`;
  }

  function countdownText(at, now) {
    const minutes = minutesBetween(now, at);
    return minutes >= 0 ? span(minutes) : `${span(-minutes)} late`;
  }

  // "12 min late" -> a large 12 and small words; "2 h 18" stays whole.
  function parts(text) {
    const found = /^(\d+) (min.*|days.*)$/.exec(text) || /^(.+) (late)$/.exec(text);
    return found ? [found[1], found[2]] : [text, ""];
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // An infusion runs by the second where one dose has the page, by the minute among many.
  const bySecond = (element) => element.dataset.tick === "run" && element.closest(".banner-when") !== null;

  function runningText(element, ran) {
    const seconds = Math.max(Math.floor(ran / 1000), 0);
    const minutes = String(Math.floor(seconds / 60));
    return bySecond(element) ? `${minutes}:${String(seconds % 60).padStart(2, "0")}` : minutes;
  }

  function tickCount(element, now) {
    const at = Date.parse(element.dataset.at);
    const running = element.dataset.tick === "run";
    const [large, small] = running ? [runningText(element, now - at), element.dataset.rest] : parts(countdownText(at, now));
    say(element.querySelector("b"), large);
    let words = element.querySelector("small");
    if (small && !words) {
      element.append(" ");
      words = element.appendChild(document.createElement("small"));
    }
    if (words) say(words, small);
    const holder = element.closest(".card-text, .banner-when");
    if (holder && !running) holder.classList.toggle("is-late", minutesBetween(now, at) < 0);
  }

  function tick() {
    const now = serverNow();
    for (const element of document.querySelectorAll("[data-tick]")) {
      const kind = element.dataset.tick;
      if (kind === "clock") say(element, hour.format(now));
      else if (kind === "day") say(element, day.format(now).replace(",", ""));
      else if (kind === "offset") say(element, offsetText(now));
      else if (kind === "age") say(element, ageText(Date.parse(element.dataset.at), now));
      else tickCount(element, now);
    }
    sayLost();
  }

  // ---- touch with the server ----
  function heard(serverTime) {
    serverThen = serverTime;
    heardAt = performance.now();
    measure();
    if (isCopy) return; // what it shows is as old as before: it is opened anew, or stays and says how old it is
    root.dataset.heard = new Date(serverTime).toISOString();
    delete root.dataset.touch;
    tick();
  }

  function lost() {
    root.dataset.touch = "lost";
    tick();
  }

  function sayLost() {
    if (root.dataset.touch !== "lost") return;
    const since = Date.parse(root.dataset.heard || root.dataset.now);
    for (const words of document.querySelectorAll("[data-lost-words]")) {
      say(words, `No contact: as of ${hourText(since)}, ${span(minutesBetween(since, serverNow()))} old`);
    }
    for (const words of document.querySelectorAll(".as-of")) say(words, `as of ${hourText(since)}`);
  }

  function warnOfSkew() {
    const off = Math.round(ahead() / 60000);
    const line = document.querySelector("[data-skew-words]");
    if (!line || !("skew" in root.dataset)) return; // early.js has made its place
    line.textContent = `This device's clock is ${span(Math.abs(off))} ${off > 0 ? "ahead" : "behind"}. All times here are the server's.`;
  }

  document.addEventListener("ward:heard", (event) => heard(event.detail.now));
  document.addEventListener("ward:lost", lost);
  window.addEventListener("offline", lost);
  window.addEventListener("pageshow", (event) => event.persisted && lost()); // an old page from memory is old until refreshed

  window.wardClock = { now: serverNow, hour: hourText, age: (at) => ageText(at, serverNow()), zone, ahead };
  root.dataset.heard = root.dataset.now;
  if (isCopy) root.dataset.touch = "lost";
  warnOfSkew();
  tick();
  window.setInterval(() => {
    const now = serverNow();
    for (const element of document.querySelectorAll("[data-tick=run]")) if (bySecond(element)) tickCount(element, now);
  }, 1000);
  // On the minute, not a minute after the page was opened: all tablets of a ward turn together.
  (function again() {
    window.setTimeout(() => { tick(); again(); }, 60000 - (serverNow() % 60000) + 50);
  })();
})();
