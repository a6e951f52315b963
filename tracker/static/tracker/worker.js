// The service worker: pages open without network as they were last seen, a locked tablet with a PIN, and a round that cannot be sent
// goes into the queue. See worker_pages.js and worker_lock.js.
"use strict";

importScripts("/static/tracker/store.js", "/static/tracker/queue.js", "/static/tracker/vault.js", "/static/tracker/worker_pages.js", "/static/tracker/worker_lock.js");

const SEND_PATIENCE_MS = 15000;
const ROUND = /^\/patients\/(\d+)\/round\/$/;
const LEAVING = /^\/(sign-out|lock)\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Nobody is signed in: what lay open goes. A browser that is no tablet of the ward keeps nothing sealed either.
async function nobody(tablet) {
  await forPerson("");
  if (tablet) await self.wardVault.close();
  else await self.wardVault.destroyAll();
}

self.addEventListener("message", (event) => {
  const { say, user, tablet, here } = event.data;
  const tasks = { keep: () => keepPages(user, here), more: () => keepOneMore(user), nobody: () => nobody(tablet) };
  if (!(say in tasks)) return;
  event.waitUntil(tasks[say]().then((sealed) => event.source.postMessage({ said: say, sealed, left: leftFor(user) }), () => {}));
});

async function openPage(request) {
  const url = new URL(request.url);
  const state = await who();
  if (state.leaving || state.opened) {
    const back = await handBack(state, url);
    if (back) return back;
    return state.opened ? (await kept(url, state)) || notKept(url) : lockScreen(state, url);
  }
  const isKept = state.user ? await find(url, state.user) : await lockCopy();
  try {
    const answer = await answerOf(request, isKept ? PATIENCE_MS : 60000);
    if (!NO_SERVER.has(answer.status)) return answer;
  } catch {
    // no network: the copy below
  }
  return (await kept(url, state)) || (state.user ? notKept(url) : lockScreen(state, url));
}

// ---- a form without network ----
async function saveRound(request, patient) {
  const copy = request.clone();
  const { user, opened } = await who();
  try {
    // Opened without the server: the session there may be another person's, and the round waits for its author's own.
    const answer = opened ? null : await answerOf(request, SEND_PATIENCE_MS);
    if (answer && !NO_SERVER.has(answer.status)) return answer;
  } catch {
    // Not sent, or sent and not answered: the same key makes it one round all the same.
  }
  const fields = Object.fromEntries([...(await copy.formData())].filter(([name]) => name !== "csrfmiddlewaretoken"));
  try {
    await self.wardQueue.add({ id: fields.key || crypto.randomUUID(), user, patient, fields, state: "waiting", problems: [], tries: 0, at: Date.now() });
  } catch {
    return plainPage("Not saved", "There is no contact, and this tablet has no room to keep the round. Go back: what you typed is still in the form. Write it down on paper.", request.url);
  }
  return Response.redirect(`/patients/${patient}/`, 303);
}

function notAuthorised(address) {
  return plainPage("No dose without network", "There was no answer, so no dose is authorised: do not start it. When the network is back, open the dose again: it says whether its start was recorded.", address);
}

async function sendForm(request) {
  if ((await who()).opened) return plainPage("Not sent", "The tablet was opened without network, and only rounds can be kept on it. When there is contact, type the PIN once more and do it again.", "/board/");
  try {
    return await fetch(request);
  } catch {
    if (new URL(request.url).pathname.endsWith("/give/")) return notAuthorised(request.url);
    return plainPage("No contact", "It is not known whether this was saved. When the network is back, look at the patient's page before doing it again.", "/board/");
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(openFile(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(openPage(request));
  else if (LEAVING.test(url.pathname)) event.respondWith(signOut(request));
  else if (url.pathname === SWITCH) event.respondWith(changeOver(event));
  else if (ROUND.test(url.pathname)) event.respondWith(saveRound(request, ROUND.exec(url.pathname)[1]));
  else event.respondWith(sendForm(request));
});
