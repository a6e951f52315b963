// What lets a locked tablet be opened without network: for each person who changed over with a PIN a random key, kept only wrapped
// in a key that is made of the PIN. Their pages are sealed with it. A wrong PIN is counted before it is tried; the eighth destroys
// the wrapped key, and with it the pages. Of the service worker alone.
"use strict";

(() => {
  const TURNS = 600000; // of PBKDF2 with SHA-256, what OWASP asks for
  const TRIES = 8;
  const LASTS_MS = 12 * 3600 * 1000; // without having heard the server: one long shift, like a session
  const PEOPLE = "people"; // { username, user, salt, iv, wrapped, tries, at }
  const NOW = "now"; // "open": the key of the person who is at the tablet; "accepted": the PIN that the server has just taken
  const store = self.wardStore("ward-vault", 1, { [PEOPLE]: "username", [NOW]: "id" });
  const { subtle } = self.crypto;
  const random = (bytes) => self.crypto.getRandomValues(new Uint8Array(bytes));
  const sealedName = (user) => `sealed-${user}`;
  let deriving = Promise.resolve();

  async function ofPin(pin, salt) {
    const typed = await subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: TURNS };
    return subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  const usable = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

  async function unwrapped(person, pinKey) {
    try {
      return await usable(await subtle.decrypt({ name: "AES-GCM", iv: person.iv }, pinKey, person.wrapped));
    } catch {
      return null; // another PIN
    }
  }

  const isTooOld = (person) => Math.abs(Date.now() - person.at) > LASTS_MS;

  async function destroy(username) {
    const person = await store.get(PEOPLE, username);
    await store.forget(PEOPLE, username);
    if (person) await caches.delete(sealedName(person.user));
  }

  async function purge() {
    for (const person of await store.all(PEOPLE)) if (isTooOld(person)) await destroy(person.username);
  }

  async function destroyAll() {
    for (const person of await store.all(PEOPLE)) await destroy(person.username);
    await store.clear(NOW);
  }

  // ---- the server took this PIN: it may wrap this person's key ----
  function remember(username, pin) {
    deriving = (async () => {
      const known = await store.get(PEOPLE, username);
      const salt = known ? known.salt : random(16);
      await store.put(NOW, { id: "accepted", username, salt, pinKey: await ofPin(pin, salt) });
    })();
    return deriving;
  }

  // ---- the server says who it is that changed over with a PIN: the key that seals this person's pages ----
  async function begin(username, user) {
    await deriving;
    const accepted = await store.get(NOW, "accepted");
    if (!accepted || accepted.username !== username) {
      await heardServer(username);
      return keyOf(user);
    }
    let person = await store.get(PEOPLE, username);
    let key = person ? await unwrapped(person, accepted.pinKey) : null;
    if (!key) {
      await destroy(username); // none, or of a former PIN
      const raw = random(32);
      const iv = random(12);
      key = await usable(raw);
      person = { username, user, salt: accepted.salt, iv, wrapped: await subtle.encrypt({ name: "AES-GCM", iv }, accepted.pinKey, raw) };
    }
    await store.put(PEOPLE, { ...person, tries: 0, at: Date.now() });
    await store.put(NOW, { id: "open", user, key });
    await store.forget(NOW, "accepted");
    return key;
  }

  async function heardServer(username) {
    const person = await store.get(PEOPLE, username);
    if (person) await store.put(PEOPLE, { ...person, at: Date.now() });
  }

  // Null also where the browser has no room for a key: then pages are kept as without a PIN.
  async function keyOf(user) {
    const open = await store.get(NOW, "open").catch(() => null);
    return open && open.user === user ? open.key : null;
  }

  // ---- without the server ----
  async function countOne(username) {
    return store.within(PEOPLE, "readwrite", (people, say) => {
      people.get(username).onsuccess = (event) => {
        const person = event.target.result;
        if (!person) return;
        people.put({ ...person, tries: person.tries + 1 });
        say({ ...person, tries: person.tries + 1 });
      };
    });
  }

  // { user, wrong } when it opened, { none }, { left } tries, or { destroyed }.
  async function unlock(username, pin) {
    await purge();
    const person = await countOne(username);
    if (!person) return { none: true };
    const key = await unwrapped(person, await ofPin(pin, person.salt));
    if (key) {
      await store.put(PEOPLE, { ...person, tries: 0 });
      await store.put(NOW, { id: "open", user: person.user, key });
      return { user: person.user, wrong: person.tries - 1 };
    }
    if (person.tries < TRIES) return { left: TRIES - person.tries };
    await destroy(username);
    return { destroyed: true };
  }

  // ---- pages under the key; bound to their address, so that none can be shown in another's place ----
  const named = (address) => new TextEncoder().encode(address);

  async function seal(key, address, page) {
    const iv = random(12);
    const text = new TextEncoder().encode(JSON.stringify(page));
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: named(address) }, key, text);
    return new Response(new Blob([iv, sealed]));
  }

  async function unseal(key, address, answer) {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const how = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: named(address) };
    return JSON.parse(new TextDecoder().decode(await subtle.decrypt(how, key, bytes.slice(12))));
  }

  self.wardVault = {
    begin, close: () => store.clear(NOW).catch(() => {}), destroy, destroyAll, keyOf, people: () => store.all(PEOPLE).catch(() => []), purge, remember, seal, sealedName, unlock, unseal,
  };
})();
