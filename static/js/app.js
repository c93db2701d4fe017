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

// A text made to be sent gets a button that copies it, where the browser lets pages do so.
for (const text of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = "Sao chép";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Đã sao chép";
  });
  text.after(button);
}
