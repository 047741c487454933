// Reads the token of a claim link from the fragment, forgets it there at once, and asks what it is.
// Asking reads only; claiming needs a button. The token is never stored or logged.
(() => {
  "use strict";

  const region = document.querySelector("[data-inspect-url]");
  const reading = document.querySelector("[data-reading]");
  const unread = document.querySelector("[data-unread]");

  function show(element) {
    for (const each of [region, reading]) each.hidden = each !== element;
    element.querySelector("h1[tabindex]")?.focus();
  }

  async function inspect(token) {
    const answer = await fetch(region.dataset.inspectUrl, {
      method: "POST",
      headers: { "X-CSRFToken": region.dataset.csrf, "X-Requested-With": "fetch" },
      body: new URLSearchParams({ token }),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
    });
    const kind = answer.headers.get("Content-Type") || "";
    if (kind.startsWith("application/json")) {
      const target = new URL((await answer.json()).redirect, location.href);
      if (target.origin !== location.origin) throw new Error("elsewhere");
      location.assign(target);
      return;
    }
    if (!kind.startsWith("text/html") || answer.status >= 500) throw new Error("no answer");
    const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
    region.replaceChildren(...fragment.body.childNodes);
    show(region);
  }

  async function read() {
    const token = location.hash.slice(1);
    if (!token || token === "content") return;
    history.replaceState(null, "", location.pathname + location.search);
    unread.hidden = true;
    show(reading);
    try {
      await inspect(token);
    } catch {
      show(region);
      unread.hidden = false;
    }
  }

  addEventListener("hashchange", read);
  read();
})();
