// "/" puts the cursor into the search box, unless somebody is typing elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("[data-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// The menu is longer than a low screen: show the entry of this page.
const here = document.querySelector(".menu [aria-current]");
if (here) here.scrollIntoView({ block: "nearest" });
