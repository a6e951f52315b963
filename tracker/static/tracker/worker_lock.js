// Signing out, locking and changing over, with the server and without it. Without it the session is ended as soon as there is contact,
// before anything else is asked of the server; a person who opened the tablet meanwhile then types the PIN once more, for the server.
"use strict";

const SWITCH = "/switch/";
const SIGN_PATIENCE_MS = 15000;
const GONE = ["Signed out on this tablet", "Its pages are put away. The next sign-in needs the network.", ""];

async function lockCopy() {
  return (await caches.open(LOCK)).match(SWITCH);
}

async function lockScreen(state, url, said = "", chosen = "") {
  const people = (await self.wardVault.people()).map((person) => person.username);
  const copy = await lockCopy();
  if (!copy) return state.leaving ? plainPage(...GONE) : notKept(url);
  if (url.pathname !== SWITCH) return Response.redirect(SWITCH, 303);
  const words = said || `No contact. ${people.length ? "It opens with the PIN for those who changed over with it here in this shift" : "It opens again with the network"}.`;
  const html = (await copy.text())
    .replace("<html ", '<html data-cached="yes" ')
    .replace("data-offline-words hidden>", `data-offline-words>${escaped(words)}`)
    .replace(`value="${escaped(chosen)}" required`, `value="${escaped(chosen)}" required checked`);
  return new Response(html, { headers: copy.headers });
}

// ---- leaving: open pages and the open key go at once; sealed pages stay at a lock, and go when their person signs out ----
async function putAway(user, isLock) {
  await caches.delete(PAGES);
  lastAll = { user: "", at: 0, sealed: false };
  await self.wardVault.close();
  if (isLock) return;
  for (const person of await self.wardVault.people()) if (person.user === user) await self.wardVault.destroy(person.username);
}

async function signOut(request) {
  const url = new URL(request.url);
  const isLock = url.pathname === "/lock/";
  const copy = request.clone();
  const state = await who();
  await putAway(state.user, isLock);
  const locked = isLock ? { user: state.user, next: String((await copy.formData()).get("next") || "") } : null;
  if (!state.opened) {
    try {
      const answer = await fetch(request);
      if (answer.type === "opaqueredirect") {
        await setWho({ ...NOBODY, locked });
        return answer;
      }
    } catch {
      // no network: it is ended later
    }
  }
  await setWho({ ...NOBODY, locked, leaving: state.leaving || !state.opened });
  return isLock ? Response.redirect(SWITCH, 303) : (await handBack(await who(), url)) || plainPage(...GONE);
}

// Contact again: what the server still holds open is ended there. Null without contact.
async function handBack(state, url) {
  const onTablet = Boolean(state.locked || state.opened);
  const next = url.pathname === SWITCH ? (state.locked || {}).next || "" : url.pathname + url.search;
  try {
    const form = await answerOf(new Request("/sign-in/"), PATIENCE_MS);
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await form.text())[1];
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, next });
    if (state.leaving) await answerOf(new Request(onTablet ? "/lock/" : "/sign-out/", { method: "POST", body }), PATIENCE_MS);
  } catch {
    return null;
  }
  await self.wardVault.close();
  await setWho({ ...NOBODY, locked: state.locked });
  return Response.redirect(onTablet ? SWITCH : "/sign-in/", 303);
}

// ---- the PIN at the lock screen ----
async function changeOver(event) {
  const { request } = event;
  const url = new URL(request.url);
  const fields = await request.clone().formData();
  const username = String(fields.get("username") || "").trim().toLowerCase();
  const pin = String(fields.get("pin") || "");
  const state = await who();
  if (state.leaving) {
    const back = await handBack(state, url);
    if (back) return back;
  } else {
    try {
      const answer = await answerOf(request, SIGN_PATIENCE_MS);
      // The server took the PIN when it leads on; whose session that began it says itself when the pages are kept.
      if (answer.type === "opaqueredirect") event.waitUntil(self.wardVault.remember(username, pin).catch(() => {}));
      if (!NO_SERVER.has(answer.status)) return answer;
    } catch {
      // no network: the tablet itself asks
    }
  }
  return openHere(username, pin, state, url);
}

async function openHere(username, pin, state, url) {
  const found = await self.wardVault.unlock(username, pin);
  if (found.user) {
    await tell("opened", username, found.wrong);
    await setWho({ ...state, user: found.user, opened: true });
    const { user, next } = state.locked || {};
    return Response.redirect(user === found.user && /^\/[^/\\]/.test(next) ? next : "/board/", 303);
  }
  if (found.destroyed) {
    await tell("destroyed", username, 8);
    return lockScreen(state, url, "Eight wrong PINs. What was kept for this person without network is destroyed; rounds that wait to be sent are not touched. It opens again with the network.", username);
  }
  if (found.none) return lockScreen(state, url, "No contact. For this person it opens again with the network.", username);
  return lockScreen(state, url, `Wrong PIN. ${found.left} ${found.left === 1 ? "try is" : "tries are"} left without network.`, username);
}

// For the audit trail, told to the server as soon as anybody is signed in again.
const tell = (what, username, wrong) => self.wardOpenings.add({ id: crypto.randomUUID(), what, username, wrong, at: Date.now() });
