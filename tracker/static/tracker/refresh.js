// Keeps a page true without taking anything from under a finger: parts and cards are replaced one by one, never one that is held.
// A refreshing page marks its pieces: data-part (one of a kind), data-list (cards in an order) and data-key (a card in a list).
"use strict";

(() => {
  const HELD_AFTER_TOUCH_MS = 1500;
  const painted = new WeakMap(); // element -> the server's HTML it was made from, so that equal news repaints nothing
  let touched = null;
  let touchedUntil = 0;

  // The server's HTML without what ticks by itself or differs at every rendering.
  function plain(element) {
    const copy = element.cloneNode(true);
    for (const ticking of copy.querySelectorAll("[data-tick], .as-of")) ticking.textContent = "";
    for (const token of copy.querySelectorAll("input[name=csrfmiddlewaretoken]")) token.remove();
    return copy.outerHTML;
  }

  function remember(scope) {
    for (const element of scope.querySelectorAll("[data-key], [data-part]")) painted.set(element, plain(element));
  }

  const isTouched = (element) => touched !== null && performance.now() < touchedUntil && element.contains(touched);

  function isHeld(element) {
    const focused = document.activeElement;
    const hasFocus = focused && focused !== document.body && element.contains(focused);
    return isTouched(element) || hasFocus || Boolean(element.querySelector("details[open], dialog[open]"));
  }

  // What fetches itself (a patient's alerts) moves over as it stands: it would be empty for a moment and everything would jump twice.
  function keepWhatLivesByItself(old, fresh) {
    for (const spot of fresh.querySelectorAll("[hx-trigger=load]")) {
      const living = old.querySelector(`[hx-get="${CSS.escape(spot.getAttribute("hx-get"))}"]`);
      if (living) spot.replaceWith(living);
    }
  }

  // ---- one element of the page against its newer self; answers the element that now stands there ----
  function renew(old, fresh, news) {
    const html = plain(fresh);
    if (painted.get(old) === html) {
      delete old.dataset.waiting;
      return old;
    }
    if (isHeld(old)) {
      old.dataset.waiting = "yes";
      return old;
    }
    painted.set(fresh, html);
    if (fresh.dataset.said && old.dataset.said !== fresh.dataset.said) {
      news.said.push(fresh.dataset.said);
      fresh.classList.add("changed");
    }
    if (fresh.dataset.alert === "unanswered" && old.dataset.alert !== "unanswered") fresh.classList.add("new-alert");
    keepWhatLivesByItself(old, fresh);
    old.replaceWith(fresh);
    news.made.push(fresh);
    return fresh;
  }

  // ---- a list takes the new order; a held card keeps its place in it ----
  function newOrder(list, freshList, onPage, news) {
    const before = [...list.children];
    const held = before.map((card, place) => [place, card]).filter(([, card]) => isHeld(card));
    const order = [];
    for (const fresh of [...freshList.children]) {
      const old = onPage.get(fresh.dataset.key);
      if (!old) {
        painted.set(fresh, plain(fresh));
        news.made.push(fresh);
        order.push(fresh);
      } else {
        const now = renew(old, fresh, news);
        if (!isHeld(now)) order.push(now); // held: it stays in its list, at its place
      }
    }
    for (const [place, card] of held) order.splice(Math.min(place, order.length), 0, card);
    return { list, before, order };
  }

  function settle({ list, before, order }, news) {
    const keys = (cards, among) => cards.map((card) => card.dataset.key).filter((key) => among.some((card) => card.dataset.key === key));
    if (keys(before, order).join() !== keys(order, before).join()) news.moved = true;
    for (const card of [...list.children]) if (!order.includes(card)) card.remove();
    order.forEach((card, place) => {
      // A held card is never taken out and put back, that would drop its focus: the others move around it.
      if (isHeld(card) && card.parentNode === list) while (list.children[place] !== card) list.append(list.children[place]);
      else if (list.children[place] !== card) list.insertBefore(card, list.children[place] || null);
    });
  }

  function renewLists(fragment, news) {
    const onPage = new Map([...document.querySelectorAll("[data-list] > [data-key]")].map((card) => [card.dataset.key, card]));
    const orders = [...fragment.querySelectorAll("[data-list]")].map((freshList) => {
      const list = document.querySelector(`[data-list="${freshList.dataset.list}"]`);
      const count = freshList.children.length;
      const result = newOrder(list, freshList, onPage, news);
      const shell = list.closest("section");
      if (shell) shell.hidden = count === 0 && result.order.length === 0;
      return result;
    });
    for (const order of orders) settle(order, news);
  }

  function renewParts(target, fragment, news) {
    const fresh = new Map([...fragment.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    for (const old of target.querySelectorAll("[data-part]")) if (!fresh.has(old.dataset.part) && !isHeld(old)) old.remove();
    for (const [name, part] of fresh) {
      const old = document.querySelector(`[data-part="${name}"]`);
      if (old) renew(old, part, news);
    }
  }

  // The page was drawn with other pieces (it was empty, or a part is new): the whole target is drawn again.
  function redraw(target, fragment, news) {
    if (isHeld(target)) return;
    for (const part of fragment.querySelectorAll("[data-part]")) {
      const old = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (old && !target.contains(old)) renew(old, part, news);
    }
    target.replaceChildren(...fragment.childNodes);
    remember(target);
    news.made.push(...target.children);
  }

  function hasNewPieces(fragment) {
    const missing = (name) => (piece) => !document.querySelector(`[data-${name}="${piece.dataset[name]}"]`);
    return [...fragment.querySelectorAll("[data-list]")].some(missing("list")) || [...fragment.querySelectorAll("[data-part]")].some(missing("part"));
  }

  // What the finger or the focus is on must not move on the screen, even if something above it grew.
  function keepStill(action) {
    const focus = document.activeElement !== document.body ? document.activeElement : null;
    const anchor = touched && performance.now() < touchedUntil ? touched : focus;
    const top = anchor && anchor.isConnected ? anchor.getBoundingClientRect().top : null;
    action();
    if (top !== null && anchor.isConnected) window.scrollBy(0, anchor.getBoundingClientRect().top - top);
  }

  function announce(news) {
    const region = document.getElementById("announce");
    const words = news.moved ? [...news.said, "The order of the cards changed."] : news.said;
    if (region && words.length) region.textContent = words.join(" ");
  }

  htmx.defineExtension("keyed", {
    handleSwap(style, target, fragment) {
      if (style !== "keyed") return false;
      const sign = fragment.querySelector("[data-heard]");
      if (!sign) return []; // not our page (signed out): the page stays, and says that it lost touch
      const news = { made: [], said: [], moved: false };
      keepStill(() => {
        if (hasNewPieces(fragment)) redraw(target, fragment, news);
        else {
          renewLists(fragment, news);
          renewParts(target, fragment, news);
        }
      });
      announce(news);
      target.dataset.heardNow = sign.dataset.heard;
      document.dispatchEvent(new CustomEvent("ward:heard", { detail: { now: Date.parse(sign.dataset.heard) } }));
      return news.made;
    },
  });

  // Every answer is a sign of life; silence, an error or a page that is not ours is said at once.
  document.addEventListener("htmx:beforeRequest", (event) => { delete event.detail.elt.dataset.heardNow; });
  document.addEventListener("htmx:afterRequest", (event) => {
    const refreshed = event.detail.elt;
    if (refreshed.hasAttribute("data-refreshes") && !refreshed.dataset.heardNow) document.dispatchEvent(new CustomEvent("ward:lost"));
  });

  document.addEventListener("pointerdown", (event) => { touched = event.target; touchedUntil = Infinity; }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => { touchedUntil = performance.now() + HELD_AFTER_TOUCH_MS; }, true);
  }

  const refreshNow = () => htmx.trigger(document.body, "refresh-now");
  window.addEventListener("online", refreshNow);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshNow(); });

  remember(document);
})();
