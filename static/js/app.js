// What makes pages quicker to use; every page works without it.
"use strict";

// Buttons that print the page show only where they work.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// "/" goes to the search field, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const field = document.querySelector(".top .search input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && field?.offsetParent) {
    event.preventDefault();
    field.focus();
  }
});
