// The sound of urgent alerts that nobody has answered: three tones, again every 30 s, always with its cause in words on the page.
// It stops with an answer, or for ten minutes with a reason. A browser plays nothing before the page was touched, and some play
// nothing at all: the bar says which.
"use strict";

(() => {
  const ASK_MS = 4000;
  const AGAIN_MS = 30000;
  const KEY = "ward-alarm"; // what this tab has sounded for: {key: time}
  const bar = document.getElementById("alarm");
  if (!bar) return;
  const words = bar.querySelector("[data-alarm-words]");
  const link = bar.querySelector("[data-alarm-link]");
  const off = bar.querySelectorAll("[data-alarm-off]");
  const refused = bar.querySelectorAll("[data-alarm-refused]");
  let touched = false;
  let context = null;
  let newest = null; // what was heard last from the server

  function audio() {
    const Kind = window.AudioContext || window.webkitAudioContext;
    if (!context && Kind) {
      context = new Kind();
      context.addEventListener("statechange", () => { if (newest) show(newest); }); // it starts a moment after it was asked to
    }
    return context;
  }

  // The first touch lets the sound through: what waits for an answer sounds at once, not with the next question.
  async function wake() {
    const sound = audio();
    touched = true;
    if (!sound || sound.state === "running") return;
    try { await sound.resume(); } catch { /* the bar goes on saying that there is no sound */ }
  }
  for (const name of ["pointerdown", "pointerup", "keydown", "click"]) document.addEventListener(name, wake, { passive: true });

  function say() {
    const silent = !context || context.state !== "running";
    for (const each of off) each.hidden = !silent || touched;
    for (const each of refused) each.hidden = !silent || !touched;
    bar.dataset.sound = silent ? "blocked" : "on";
  }

  function tone(sound, at, pitch) {
    const oscillator = sound.createOscillator();
    const gain = sound.createGain();
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.18);
    oscillator.connect(gain).connect(sound.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.2);
  }

  function play() {
    const sound = audio();
    if (!sound || sound.state !== "running") return false;
    bar.dataset.played = String(Number(bar.dataset.played || 0) + 1);
    [660, 880, 660].forEach((pitch, place) => tone(sound, sound.currentTime + place * 0.25, pitch));
    return true;
  }

  function sounded() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; }
  }

  function show(alarm) {
    newest = alarm;
    const quiet = alarm.sounding.length === 0;
    bar.classList.toggle("is-quiet", quiet); // its place is kept, so that nothing moves when something sounds
    bar.dataset.sounding = String(alarm.sounding.length);
    if (quiet) return;
    const first = alarm.sounding[0];
    bar.querySelector("[data-alarm-count]").textContent = String(alarm.sounding.length);
    words.textContent = alarm.sounding.length === 1 ? first.words : `${first.words} And ${alarm.sounding.length - 1} more.`;
    link.href = alarm.sounding.length === 1 ? first.url : link.href;
    const before = sounded();
    const now = Date.now();
    const due = alarm.sounding.some((each) => !(each.key in before) || now - before[each.key] >= AGAIN_MS);
    if (due && play()) {
      const after = Object.fromEntries(alarm.sounding.map((each) => [each.key, now]));
      try { sessionStorage.setItem(KEY, JSON.stringify(after)); } catch { /* a full or forbidden store: it sounds once more */ }
    }
    say();
  }

  async function ask() {
    try {
      const answer = await fetch(bar.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok) show(await answer.json());
    } catch { /* the page itself says when it has lost touch */ }
    window.setTimeout(ask, ASK_MS);
  }

  ask();
})();
