// The page of what is not sent: each round of this tablet with its state; one's own refused rounds can be mended or given up.
"use strict";

(() => {
  const list = document.querySelector("[data-unsent-list]");
  const row = document.querySelector("[data-unsent-row]").content;
  const user = document.documentElement.dataset.user;
  const OF_THE_FORM = /^(key|mode|speaks_of|due_codes|observed_at.*|tablet_.*|.*_unit|.*_from|.*_confirmed)$/;
  const typed = (round) => Object.entries(round.fields).filter(([name, value]) => value && !OF_THE_FORM.test(name));

  // Of another person's rounds only that they are there: what was typed is for its author.
  function draw(round) {
    const item = row.cloneNode(true).firstElementChild;
    const own = round.user === user;
    item.dataset.round = round.id;
    item.querySelector("[data-name]").textContent = own ? `Patient ${round.patient}` : "A colleague's round";
    item.querySelector("[data-when]").textContent = own ? `seen at ${window.wardSend.seenText(round)}` : "";
    item.querySelector("[data-state]").textContent = !own ? "It is sent when its author signs in on this tablet." : round.state === "refused" ? "Refused by the server:" : "Waits for contact.";
    if (own) fill(item, round);
    return item;
  }

  function fill(item, round) {
    for (const [name, value] of typed(round)) {
      const pair = document.createElement("div");
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = name.replaceAll("_", " ");
      said.textContent = value;
      pair.append(term, said);
      item.querySelector("[data-values]").append(pair);
    }
    for (const problem of round.problems) {
      const line = document.createElement("li");
      line.textContent = `${problem.sentence} ${problem.remedy || ""}`;
      item.querySelector("[data-problems]").append(line);
    }
    item.querySelector("[data-mine]").hidden = round.state !== "refused";
    item.querySelector("[data-mend]").addEventListener("click", () => mend(item, round));
    item.querySelector("[data-discard]").addEventListener("click", () => discard(item, round));
  }

  const say = (item, words) => { item.querySelector("[data-state]").textContent = words; };

  async function mend(item, round) {
    const { tablet_at, tablet_ahead, ...values } = round.fields;
    if (!window.wardDrafts.mend(`round:${user}:${round.patient}`, values)) {
      say(item, "A round of this patient is being typed. Save it or throw it away first.");
      return;
    }
    await window.wardQueue.forget(round.id);
    window.location.assign(`/patients/${round.patient}/round/?mode=all`);
  }

  async function discard(item, round) {
    const reason = item.querySelector("[data-reason]").value;
    if (!reason) {
      say(item, "Choose why it is given up.");
      item.querySelector("[data-reason]").focus();
      return;
    }
    const said = `observed_at=${round.fields.observed_at}; ${typed(round).map((pair) => pair.join("=")).join("; ")}`;
    try {
      const answer = await window.wardSend.post("/unsent/discard/", { patient: round.patient, key: round.id, reason, said });
      const known = window.wardSend.isOurs(answer);
      if (!answer.ok || !known) {
        say(item, known ? (await answer.json()).problems[0].sentence : "The server did not take it. Try again.");
        return;
      }
    } catch {
      say(item, "No contact: giving up a round needs the server, which notes the reason.");
      return;
    }
    await window.wardQueue.forget(round.id);
    await window.wardSend.show();
  }

  function drawAll(all) {
    // Only what changed is drawn again: a reason that is being chosen stays.
    const news = new Map(all.map((round) => [round.id, `${round.state}${round.problems.length}`]));
    for (const item of [...list.children]) if (news.get(item.dataset.round) !== item.dataset.said) item.remove();
    const shown = new Set([...list.children].map((item) => item.dataset.round));
    for (const round of all.filter((each) => !shown.has(each.id))) {
      const item = draw(round);
      item.dataset.said = news.get(round.id);
      list.append(item);
    }
    document.querySelector("[data-unsent-none]").hidden = all.length > 0;
  }

  document.addEventListener("ward:queue", (event) => drawAll(event.detail.all));
  window.wardSend.show();
})();
