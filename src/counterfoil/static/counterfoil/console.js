// "/" puts the cursor into the search box, unless somebody is typing elsewhere. In the empty box
// itself it does nothing: on the start page the cursor is there already.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const isEmptyBox = event.target.matches("[data-search]") && !event.target.value;
  if (!isEmptyBox && event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("[data-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// The menu is longer than a low screen: show the entry of this page.
const here = document.querySelector(".menu [aria-current]");
if (here) here.scrollIntoView({ block: "nearest" });
