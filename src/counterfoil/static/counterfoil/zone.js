// Tells the site in which time zone this browser is, so that pages tell times in it. Whoever chose
// a zone by hand keeps it, and nothing but how times are written depends on this.
(() => {
  "use strict";

  const name = "counterfoil_zone";
  if (document.cookie.split("; ").some((one) => one.startsWith(`${name}=`))) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || !/^[A-Za-z0-9_+/-]+$/.test(zone)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
})();
