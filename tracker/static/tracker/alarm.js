// The sound of urgent alerts that nobody has answered: three tones, again every 30 s, always with its cause in words on the page.
// It stops with an answer, or for ten minutes with a reason. A browser plays nothing before the page was touched: the bar says so.
"use strict";

(() => {
  const ASK_MS = 4000;
  const AGAIN_MS = 30000;
  const KEY = "ward-alarm"; // what this tab has sounded for: {key: time}
  const bar = document.getElementById("alarm");
  if (!bar) return;
  const words = bar.querySelector("[data-alarm-words]");
  const link = bar.querySelector("[data-alarm-link]");
  const off = bar.querySelector("[data-alarm-off]");
  let context = null;

  function audio() {
    const Kind = window.AudioContext || window.webkitAudioContext;
    if (!context && Kind) context = new Kind();
    return context;
  }

  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => { const sound = audio(); if (sound && sound.state === "suspended") sound.resume(); }, { passive: true });
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
    [660, 880, 660].forEach((pitch, place) => tone(sound, sound.currentTime + place * 0.25, pitch));
    return true;
  }

  function sounded() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; }
  }

  function show(alarm) {
    bar.hidden = alarm.sounding.length === 0;
    bar.dataset.sounding = String(alarm.sounding.length);
    if (bar.hidden) return;
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
    off.hidden = Boolean(context) && context.state === "running";
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
