// The service worker: pages open without network as they were last seen, and a round that cannot be sent goes into the queue.
// It keeps the pages of one person only, the one who is signed in; signing out, locking and another sign-in delete them.
"use strict";

importScripts("/static/tracker/queue.js");

const FILES = "files-1"; // scripts and styles; their names change with their content
const PAGES = "pages-1"; // of the person in WHO
const WHO = "who-1";
const PATIENCE_MS = 6000; // then a page that is kept is better than a spinning wheel
const SEND_PATIENCE_MS = 15000;
const NO_SERVER = new Set([502, 503, 504]);
const ROUND = /^\/patients\/(\d+)\/round\/$/;
const LEAVING = /^\/(sign-out|lock)\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// ---- whose pages these are ----
async function who() {
  const kept = await (await caches.open(WHO)).match("/who");
  return kept ? kept.json() : { user: "", leaving: false };
}

async function setWho(state) {
  await (await caches.open(WHO)).put("/who", new Response(JSON.stringify(state)));
}

async function forPerson(user) {
  if ((await who()).user === user) return;
  await caches.delete(PAGES);
  await setWho({ user, leaving: false });
}

// ---- pages to keep ----
async function answerOf(request, patience) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    return await fetch(request, { signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function keepFiles(html) {
  const files = await caches.open(FILES);
  const named = new Set([...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((found) => found[1]));
  for (const file of named) if (!(await files.match(file))) await files.add(file);
}

async function keepPage(pages, address, user) {
  // Marked as a copy: it must not use up a message that is meant for the page the person looks at.
  const answer = await fetch(address, { headers: { "X-Offline-Copy": "1" }, redirect: "error" });
  const html = await answer.text();
  if (!answer.ok || !html.includes(`data-user="${user}"`)) return;
  const headers = {};
  for (const name of ["Content-Type", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"]) {
    if (answer.headers.has(name)) headers[name] = answer.headers.get(name);
  }
  await keepFiles(html);
  if ((await who()).user === user) await pages.put(address, new Response(html, { headers }));
}

async function keepPages(user) {
  await forPerson(user);
  const answer = await fetch("/offline/pages/", { redirect: "error" });
  if (!answer.ok) return; // this person records no rounds: nothing is kept
  const list = await answer.json();
  if (String(list.user) !== user) return;
  const pages = await caches.open(PAGES);
  for (const known of await pages.keys()) {
    const url = new URL(known.url);
    if (!list.pages.includes(url.pathname + url.search)) await pages.delete(known);
  }
  for (const address of list.pages) await keepPage(pages, address, user);
}

self.addEventListener("message", (event) => {
  const { say, user } = event.data;
  const done = say === "keep" ? keepPages(user) : say === "nobody" ? forPerson("") : null;
  if (!done) return;
  event.waitUntil(done.then(() => event.source.postMessage({ said: say }), () => {}));
});

// ---- a page without network ----
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function plainPage(title, words, link) {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>${escaped(title)}</h1><p>${escaped(words)}</p>
${link ? `<p><a href="${escaped(link)}">${escaped(link === "/board/" ? "To the board as it was last seen" : "Back")}</a></p>` : ""}</main></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'" } });
}

async function kept(url) {
  const pages = await caches.open(PAGES);
  if (url.pathname === "/") return Response.redirect("/board/", 302);
  let found = await pages.match(url.pathname + url.search);
  // A single value was asked for: the form with every value has it.
  if (!found && url.searchParams.has("code")) found = await pages.match(`${url.pathname}?mode=all`);
  if (!found) found = await pages.match(url.pathname);
  if (!found) return null;
  const html = (await found.text()).replace("<html ", '<html data-cached="yes" ');
  return new Response(html, { headers: found.headers });
}

function notKept(url) {
  if (url.pathname.endsWith("/give/")) {
    return plainPage("No dose without network", "A dose is never authorised while the tablet has no contact with the server, because what it shows may be old. Use another tablet or the paper procedure.", "/board/");
  }
  return plainPage("No contact", "This page was not kept on the tablet. It opens again when the network is back.", "/board/");
}

async function openPage(request) {
  const url = new URL(request.url);
  const state = await who();
  if (state.leaving) return leave();
  try {
    const answer = await answerOf(request, (await caches.open(PAGES).then((pages) => pages.match(url.pathname))) ? PATIENCE_MS : 60000);
    if (!NO_SERVER.has(answer.status)) return answer;
  } catch {
    // no network: the copy below
  }
  return (await kept(url)) || notKept(url);
}

// ---- signing out and locking: the pages go at once, and without network the session is ended as soon as there is one ----
async function signOut(request) {
  const state = await who();
  await caches.delete(PAGES);
  try {
    const answer = await fetch(request);
    await setWho({ user: "", leaving: false });
    return answer;
  } catch {
    await setWho({ ...state, leaving: true });
    return plainPage("Signed out on this tablet", "Its pages are put away. The next sign-in needs the network.", "");
  }
}

async function leave() {
  try {
    const form = await (await answerOf(new Request("/sign-in/"), PATIENCE_MS)).text();
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(form)[1];
    await answerOf(new Request("/sign-out/", { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token }) }), PATIENCE_MS);
    await setWho({ user: "", leaving: false });
    return Response.redirect("/sign-in/", 302);
  } catch {
    return plainPage("Signed out on this tablet", "Its pages are put away. The next sign-in needs the network.", "");
  }
}

// ---- a form without network ----
async function saveRound(request, patient) {
  const copy = request.clone();
  try {
    const answer = await answerOf(request, SEND_PATIENCE_MS);
    if (!NO_SERVER.has(answer.status)) return answer;
  } catch {
    // Not sent, or sent and not answered: the same key makes it one round all the same.
  }
  const fields = Object.fromEntries([...(await copy.formData())].filter(([name]) => name !== "csrfmiddlewaretoken"));
  const { user } = await who();
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
  try {
    return await fetch(request);
  } catch {
    if (new URL(request.url).pathname.endsWith("/give/")) return notAuthorised(request.url);
    return plainPage("No contact", "It is not known whether this was saved. When the network is back, look at the patient's page before doing it again.", "/board/");
  }
}

async function openFile(request) {
  const files = await caches.open(FILES);
  const known = await files.match(request);
  if (known) return known;
  const answer = await fetch(request);
  // Only names that carry their content's hash never change.
  if (answer.ok && /\.[0-9a-f]{12}\./.test(request.url)) await files.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(openFile(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(openPage(request));
  else if (LEAVING.test(url.pathname)) event.respondWith(signOut(request));
  else if (ROUND.test(url.pathname)) event.respondWith(saveRound(request, ROUND.exec(url.pathname)[1]));
  else event.respondWith(sendForm(request));
});
