// The tablet's queue of rounds that were taken without network. Loaded by the pages and by the service worker.
// A round is { id, user, patient, fields, state: "waiting" | "refused", problems, tries, name, at }; its id is the key that the
// server carries out once, so that a round may be sent any number of times. Beside it: what the auditor must hear of the times
// when the tablet was opened without the server.
"use strict";

(() => {
  const ROUNDS = "rounds";
  const OPENINGS = "openings";
  const store = self.wardStore("ward-queue", 2, { [ROUNDS]: "id", [OPENINGS]: "id" });

  // What was typed, without what the tablet's clock added when it was sent: pressing Save twice is one round.
  const said = ({ tablet_at, tablet_ahead, ...fields }) => JSON.stringify(fields);

  // A page out of the cache can be opened twice: the same key with other words is another round, and gets a key of its own.
  function add(round) {
    return store.within(ROUNDS, "readwrite", (rows, say) => {
      rows.get(round.id).onsuccess = (event) => {
        const known = event.target.result;
        const same = known && said(known.fields) === said(round.fields);
        const id = known && !same ? crypto.randomUUID() : round.id;
        if (!same) rows.add({ ...round, id, fields: { ...round.fields, key: id } });
        say(id);
      };
    });
  }

  self.wardQueue = { all: () => store.all(ROUNDS), add, change: (round) => store.put(ROUNDS, round), forget: (id) => store.forget(ROUNDS, id) };
  self.wardOpenings = { all: () => store.all(OPENINGS), add: (opening) => store.put(OPENINGS, opening), forget: (id) => store.forget(OPENINGS, id) };
})();
