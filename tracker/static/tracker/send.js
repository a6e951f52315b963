// Sends the tablet's queue when there is contact, and says everywhere how much is not sent. Only the person who recorded a round
// sends it. One refused round is set aside and stops nothing; the server carries each id out once, so sending again is harmless.
"use strict";

(() => {
  const root = document.documentElement;
  const user = root.dataset.user || "";
  const AGAIN_MS = 10000;
  const PATIENCE_MS = 15000;
  const isOpened = "opened" in root.dataset; // without the server: nothing is sent in what may be another person's session
  const TRIES = 3; // for a round at which the server breaks: then it is set aside like a refused one
  const NO_SERVER = new Set([502, 503, 504]);

  const cookie = (name) => (new RegExp(`(?:^|; )${name}=([^;]+)`).exec(document.cookie) || ["", ""])[1];

  function post(address, fields) {
    return fetch(address, {
      method: "POST",
      redirect: "manual", // to the sign-in page: this person is not signed in any more
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { "X-CSRFToken": cookie("csrftoken"), "X-Tablet-Ahead": String(Math.round(window.wardClock.ahead() / 1000)), "X-Author": user },
      body: new URLSearchParams(fields),
    });
  }

  const isOurs = (answer) => (answer.headers.get("Content-Type") || "").startsWith("application/json");

  // True when the next one may be sent.
  async function sendOne(round) {
    const answer = await post(`/patients/${round.patient}/round/queued/`, round.fields);
    if (NO_SERVER.has(answer.status) || answer.type === "opaqueredirect") return false;
    if (answer.ok) await window.wardQueue.forget(round.id);
    else if (isOurs(answer)) await window.wardQueue.change({ ...round, state: "refused", problems: (await answer.json()).problems });
    else if (answer.status === 403) return false; // the form token or another person's session, not the round
    else await broke(round);
    await show();
    return true;
  }

  function broke(round) {
    const tries = round.tries + 1;
    const problems = [{ sentence: "The server could not take it in.", remedy: "Record it again, or tell the administrator." }];
    return window.wardQueue.change(tries < TRIES ? { ...round, tries } : { ...round, tries, state: "refused", problems });
  }

  // What the tablet did without the server goes first, into the audit trail.
  async function sendOpenings() {
    for (const { id, ...said } of await window.wardOpenings.all()) {
      const answer = await post("/offline/openings/", { key: id, ...said });
      if (answer.ok && isOurs(answer)) await window.wardOpenings.forget(id);
    }
  }

  async function sendAll() {
    await sendOpenings().catch(() => {}); // no contact: the rounds below find out
    const waiting = (await mine()).filter((round) => round.state === "waiting");
    for (const round of waiting) {
      try {
        if (!(await sendOne(round))) break;
      } catch {
        break; // no contact: all that is left waits
      }
    }
  }

  // One page of the tablet at a time; another one that is open only shows the count.
  const send = () => (user && !isOpened && navigator.locks ? navigator.locks.request("ward-send", { ifAvailable: true }, (lock) => lock && sendAll()) : null);

  const mine = async () => (await window.wardQueue.all()).filter((round) => round.user === user);

  // ---- what is said ----
  function sayCount(all) {
    const badge = document.querySelector("[data-unsent-badge]");
    if (badge) {
      badge.hidden = all.length === 0;
      badge.textContent = `${all.length} not sent`;
      badge.dataset.count = String(all.length);
    }
    const words = document.querySelector("[data-live-words]"); // after "Live"; a narrow bar leaves out that all is well
    const left = all.length + window.wardDrafts.mine();
    if (words) {
      words.textContent = left ? `, ${left} not sent` : ", all sent";
      words.classList.toggle("live-more", left === 0);
    }
    root.dataset.unsent = String(all.length);
  }

  // When it was seen, on the ward's clock; in the hour that comes twice with the one that was meant.
  function seenText(round) {
    const { observed_at: seen, observed_at_offset: offset } = round.fields;
    return [seen.replace("T", " "), (offset || "").replace("-", "\u2212")].filter(Boolean).join(" ");
  }

  // On the patient's own page each of his rounds that the chart does not have yet is named.
  function sayPatient(all) {
    const place = /^\/patients\/(\d+)\/$/.exec(window.location.pathname);
    const content = document.getElementById("content");
    for (const old of document.querySelectorAll("[data-waits]")) old.remove();
    if (!place || !content) return;
    for (const round of all.filter((each) => each.patient === place[1] && each.user === user)) {
      const line = document.createElement("p");
      line.className = "message message-warning";
      line.dataset.waits = round.id;
      line.setAttribute("role", "status");
      const words = round.state === "refused" ? "was refused and is set aside" : "is kept on this tablet and not sent yet";
      line.textContent = `The round of ${seenText(round).slice(11)} ${words}. It is not in the chart.`;
      content.prepend(line);
    }
  }

  async function show() {
    const all = await window.wardQueue.all();
    window.wardDrafts.forgetQueued(new Set(all.map((round) => round.id)));
    sayCount(all);
    sayPatient(all);
    document.dispatchEvent(new CustomEvent("ward:queue", { detail: { all } }));
  }

  window.wardSend = { seenText, show, send, post, isOurs };
  const both = () => show().then(send).catch(() => {}); // a browser without storage: rounds are saved online only
  both();
  for (const news of ["online", "focus"]) window.addEventListener(news, both);
  document.addEventListener("ward:heard", both);
  window.setInterval(async () => { if (Number(root.dataset.unsent)) await send(); }, AGAIN_MS);
})();
