// The pages that the service worker keeps: of one person in the open, the one who is signed in with a password; of those who changed
// over with a PIN sealed, so that they outlast a lock.
"use strict";

const FILES = "files-1"; // scripts and styles; their names change with their content
const PAGES = "pages-1"; // in the open, of the person in WHO
const LOCK = "lock-1"; // the lock screen, which shows no patient
const WHO = "who-1";
const PATIENCE_MS = 6000; // then a page that is kept is better than a spinning wheel
const NO_SERVER = new Set([502, 503, 504]);

// ---- whose pages are shown: `leaving` when the server's session must be ended first, `opened` when it was opened without it ----
const NOBODY = { user: "", leaving: false, opened: false, locked: null };

async function who() {
  const kept = await (await caches.open(WHO)).match("/who");
  return kept ? { ...NOBODY, ...(await kept.json()) } : NOBODY;
}

async function setWho(state) {
  await (await caches.open(WHO)).put("/who", new Response(JSON.stringify(state)));
}

async function forPerson(user) {
  if ((await who()).user === user) return;
  await caches.delete(PAGES);
  later = { user: "", left: [] };
  lastAll = { user: "", at: 0, sealed: false };
  await setWho({ ...NOBODY, user });
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

const HEADERS = ["Content-Type", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"];

// Marked as a copy: it must not use up a message that is meant for the page the person looks at, also when it is refused.
const COPY = { headers: { "X-Offline-Copy": "1" }, redirect: "error" };

// The page as it is now; null when it is not this person's.
async function fetchPage(address, user) {
  const answer = await fetch(address, COPY);
  const html = await answer.text();
  if (!answer.ok || !html.includes(`data-user="${user}"`)) return null;
  const headers = Object.fromEntries(HEADERS.filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)]));
  await keepFiles(html);
  return { html, headers };
}

async function keepPage(pages, address, user, key) {
  const page = await fetchPage(address, user);
  if (!page) return;
  const kept = key ? await self.wardVault.seal(key, address, page) : new Response(page.html, { headers: page.headers });
  if ((await who()).user === user) await pages.put(address, kept);
}

async function keepLockScreen() {
  const page = await fetchPage("/switch/", "");
  if (page) await (await caches.open(LOCK)).put("/switch/", new Response(page.html, { headers: page.headers }));
}

async function keyFor(list, user) {
  await self.wardVault.purge();
  if (!list.tablet) await self.wardVault.destroyAll();
  else await keepLockScreen();
  return list.pin ? self.wardVault.begin(list.username, user) : null;
}

// What was last kept of all pages. Asked again sooner, only the page that is being looked at is kept anew.
const ALL_AGAIN_MS = 110000;
let lastAll = { user: "", at: 0, sealed: false };
let running = { user: "", done: null }; // the pages of this person are being kept just now

async function keepAgain(here, user) {
  const known = await find(new URL(here, self.location.origin), user);
  if (!known || known.address !== here) return;
  await keepPage(await caches.open(known.key ? self.wardVault.sealedName(user) : PAGES), here, user, known.key);
}

// ---- the larger pages follow afterwards, one by one, when the page that is open asks for the next in an idle moment ----
let later = { user: "", left: [] };
const leftFor = (user) => (later.user === user ? later.left.length : -1); // -1: the browser ended this worker meanwhile

async function keepOneMore(user) {
  const state = await who();
  if (state.user !== user || state.leaving || state.opened || leftFor(user) < 1) return;
  const key = await self.wardVault.keyOf(user);
  const pages = await caches.open(key ? self.wardVault.sealedName(user) : PAGES);
  const address = later.left[0];
  await keepPage(pages, address, user, key); // without an answer it stays the next one
  if (later.user === user && later.left[0] === address) later.left.shift();
}

// True when a lock leaves this person's pages on the tablet, sealed.
async function keepPages(user, here) {
  const state = await who();
  if (state.leaving || state.opened) return false;
  if (state.user === user && lastAll.user === user && Date.now() - lastAll.at < ALL_AGAIN_MS) {
    await keepAgain(here, user);
    return lastAll.sealed;
  }
  if (state.user !== user || running.user !== user) {
    const mine = { user, done: keepAll(user) };
    running = mine;
    const over = () => { if (running === mine) running = { user: "", done: null }; };
    mine.done.then(over, over);
  }
  return running.done;
}

async function keepAll(user) {
  const answer = await fetch("/offline/pages/", COPY);
  if (answer.status === 403) return false; // this person records no rounds: nothing is kept
  if (!answer.ok) throw new Error("the server did not say which pages"); // what is kept stays
  const list = await answer.json();
  if (String(list.user) !== user) return false; // a page of the person before, on another tab
  await forPerson(user);
  const key = await keyFor(list, user).catch(() => null); // no room for it: as without a PIN
  const pages = await caches.open(key ? self.wardVault.sealedName(user) : PAGES);
  for (const known of await pages.keys()) {
    const url = new URL(known.url);
    if (![...list.pages, ...list.later].includes(url.pathname + url.search)) await pages.delete(known);
  }
  for (const address of list.pages) await keepPage(pages, address, user, key);
  if ((await who()).user === user) {
    lastAll = { user, at: Date.now(), sealed: Boolean(key) };
    later = { user, left: list.later };
  }
  return Boolean(key);
}

// ---- a page without network ----
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// The sheets that make it the ward's own page, in the person's colours, as far as the tablet has them.
const SHEETS = /\/static\/tracker\/(tokens|base|controls)\.[^/]*css$/;

async function dress() {
  const sheets = (await (await caches.open(FILES)).keys()).map((file) => new URL(file.url).pathname).filter((path) => SHEETS.test(path));
  const theme = self.cookieStore ? await self.cookieStore.get("theme").catch(() => null) : null;
  return {
    links: sheets.map((path) => `<link rel="stylesheet" href="${escaped(path)}">`).join(""),
    theme: theme && /^(light|night|contrast)$/.test(theme.value) ? ` data-theme="${theme.value}"` : "",
  };
}

async function plainPage(title, words, link) {
  const { links, theme } = await dress();
  const html = `<!doctype html><html lang="en"${theme}><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${links}</head><body class="page-narrow"><main><h1>${escaped(title)}</h1><p>${escaped(words)}</p>
${link ? `<p><a class="button" href="${escaped(link)}">${escaped(link === "/board/" ? "To the board as it was last seen" : "Back")}</a></p>` : ""}</main></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'" } });
}

// Under which addresses a page may be kept: a single value was asked for, and the form with every value has it.
function addressesOf(url) {
  const all = url.searchParams.has("code") ? [`${url.pathname}?mode=all`] : [];
  return [url.pathname + url.search, ...all, url.pathname];
}

async function find(url, user) {
  const key = await self.wardVault.keyOf(user);
  const pages = await caches.open(key ? self.wardVault.sealedName(user) : PAGES);
  for (const address of user ? addressesOf(url) : []) {
    const found = await pages.match(address);
    if (found) return { address, found, key };
  }
  return null;
}

async function kept(url, state) {
  if (url.pathname === "/" && state.user) return Response.redirect("/board/", 302);
  const known = await find(url, state.user);
  if (!known) return null;
  const { address, found, key } = known;
  const page = key ? await self.wardVault.unseal(key, address, found) : { html: await found.text(), headers: found.headers };
  const signs = state.opened ? 'data-cached="yes" data-opened="yes"' : 'data-cached="yes"';
  return new Response(page.html.replace("<html ", `<html ${signs} `), { headers: page.headers });
}

function notKept(url) {
  if (url.pathname.endsWith("/give/")) {
    return plainPage("No dose without network", "A dose is never authorised while the tablet has no contact with the server, because what it shows may be old. Use another tablet or the paper procedure.", "/board/");
  }
  return plainPage("No contact", "This page was not kept on the tablet. It opens again when the network is back.", "/board/");
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
