// The tablet's queue of rounds that were taken without network, in IndexedDB. Loaded by the pages and by the service worker.
// A round is { id, user, patient, fields, state: "waiting" | "refused", problems, tries, name, at }; its id is the key that the
// server carries out once, so that a round may be sent any number of times.
"use strict";

(() => {
  const NAME = "ward-queue";
  const STORE = "rounds";

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  // One transaction. "strict": it is done only when it is on the disk, for the battery may end in the next second.
  async function within(mode, work) {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const change = database.transaction(STORE, mode, { durability: "strict" });
        let answer;
        change.oncomplete = () => resolve(answer);
        change.onabort = change.onerror = () => reject(change.error);
        work(change.objectStore(STORE), (value) => { answer = value; });
      });
    } finally {
      database.close();
    }
  }

  const all = () => within("readonly", (store, say) => { store.getAll().onsuccess = (event) => say(event.target.result); });
  const forget = (id) => within("readwrite", (store) => store.delete(id));
  const change = (round) => within("readwrite", (store) => store.put(round));

  // What was typed, without what the tablet's clock added when it was sent: pressing Save twice is one round.
  const said = ({ tablet_at, tablet_ahead, ...fields }) => JSON.stringify(fields);

  // A page out of the cache can be opened twice: the same key with other words is another round, and gets a key of its own.
  function add(round) {
    return within("readwrite", (store, say) => {
      store.get(round.id).onsuccess = (event) => {
        const known = event.target.result;
        const same = known && said(known.fields) === said(round.fields);
        const id = known && !same ? crypto.randomUUID() : round.id;
        if (!same) store.add({ ...round, id, fields: { ...round.fields, key: id } });
        say(id);
      };
    });
  }

  self.wardQueue = { all, add, change, forget };
})();
