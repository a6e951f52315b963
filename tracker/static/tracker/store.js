// A small store of the tablet's own in IndexedDB. Loaded by the pages and by the service worker.
"use strict";

(() => {
  // `keys` names each store's key: { rounds: "id" }. A new store is added by the next version.
  self.wardStore = (name, version, keys) => {
    function open() {
      return new Promise((resolve, reject) => {
        const asked = indexedDB.open(name, version);
        asked.onupgradeneeded = () => {
          for (const [store, keyPath] of Object.entries(keys)) {
            if (!asked.result.objectStoreNames.contains(store)) asked.result.createObjectStore(store, { keyPath });
          }
        };
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    }

    // One transaction. "strict": it is done only when it is on the disk, for the battery may end in the next second.
    async function within(store, mode, work) {
      const database = await open();
      try {
        return await new Promise((resolve, reject) => {
          const change = database.transaction(store, mode, { durability: "strict" });
          let answer;
          change.oncomplete = () => resolve(answer);
          change.onabort = change.onerror = () => reject(change.error);
          work(change.objectStore(store), (value) => { answer = value; });
        });
      } finally {
        database.close();
      }
    }

    return {
      within,
      all: (store) => within(store, "readonly", (rows, say) => { rows.getAll().onsuccess = (event) => say(event.target.result); }),
      get: (store, key) => within(store, "readonly", (rows, say) => { rows.get(key).onsuccess = (event) => say(event.target.result); }),
      put: (store, row) => within(store, "readwrite", (rows) => rows.put(row)),
      forget: (store, key) => within(store, "readwrite", (rows) => rows.delete(key)),
      clear: (store) => within(store, "readwrite", (rows) => rows.clear()),
    };
  };
})();
