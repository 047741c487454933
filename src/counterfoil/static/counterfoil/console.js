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

// On a narrow screen the menu is longer than the line: show the entry of this page.
const menu = document.querySelector("nav.menu");
const here = menu && menu.querySelector("[aria-current]");
if (here) {
  const from = here.getBoundingClientRect().left - menu.getBoundingClientRect().left;
  menu.scrollLeft += from - (menu.clientWidth - here.offsetWidth) / 2;
}
