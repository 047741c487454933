// Comforts of the thank-you page and of revealed codes: a copy button, a print button, and a check
// that is pressed for the buyer a few times. Everything works without this script.
(() => {
  "use strict";

  for (const holder of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    const label = holder.querySelector("[data-copy-label]");
    const before = label.textContent;
    label.setAttribute("aria-live", "polite");
    holder.querySelector("button").addEventListener("click", async () => {
      await navigator.clipboard.writeText(holder.dataset.copy);
      label.textContent = label.dataset.copyLabel;
      setTimeout(() => { label.textContent = before; }, 2500);
    });
    holder.hidden = false;
  }

  for (const holder of document.querySelectorAll("[data-print]")) {
    holder.querySelector("button").addEventListener("click", () => print());
    holder.hidden = false;
  }

  // Each check answers with this page anew, so the count must survive the reload. Five tries with
  // growing pauses; after that the buyer presses the button, or reads the mail.
  const form = document.querySelector("form[data-check]");
  if (form) {
    const key = `counterfoil-checks:${location.pathname}`;
    const pauses = [1500, 2500, 4000, 6000, 9000];
    try {
      const tried = Number(sessionStorage.getItem(key) || 0);
      if (tried < pauses.length) {
        const status = form.querySelector("[data-check-status]");
        status.textContent = status.dataset.checkStatus;
        setTimeout(() => {
          sessionStorage.setItem(key, String(tried + 1));
          form.submit();
        }, pauses[tried]);
      }
    } catch {
      // No storage, no counting, so no checking by itself.
    }
  }
})();
