// A form of many numbers, edited as in a spreadsheet: arrows and Enter move between cells, a block copied from Excel
// is pasted from the current cell on, sums and differences follow what is typed, Ctrl+S saves. The page works without;
// every word shown here stands in the page, where the server wrote it.
"use strict";

(() => {
  const form = document.querySelector("form[data-grid]");
  const state = form?.querySelector("[data-grid-state]");
  if (!state) return; // somebody who reads only
  const cells = [...form.querySelectorAll("input.cell")];
  const news = form.querySelector("[data-grid-news]");
  let isLeaving = false;

  // --- Numbers as people here write them: dots for thousands ------------------------------------------------------
  // null is an empty cell, NaN is what cannot be read.
  const parse = (text) => {
    const plain = text.trim();
    if (!plain) return null;
    return /^(\d{1,9}|\d{1,3}(\.\d{3}){1,2})$/.test(plain) ? Number(plain.replaceAll(".", "")) : NaN;
  };
  const write = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");
  const words = (text, number) => text.replace("{n}", write(number));
  const stored = (cell) => parse(cell.dataset.stored);

  // --- Where a cell stands: rows from top to bottom, columns from left to right -------------------------------------
  const rows = [];
  const places = new Map();
  for (const line of form.querySelectorAll("tr")) {
    const inside = [...line.querySelectorAll("input.cell")];
    if (!inside.length) continue;
    for (const cell of inside) places.set(cell, { row: rows.length, column: cell.dataset.column });
    rows.push(new Map(inside.map((cell) => [cell.dataset.column, cell])));
  }
  const columns = [...new Set(cells.map((cell) => cell.dataset.column))];

  // The cell so many rows down and columns to the right; undefined outside the table.
  const beside = (cell, down, right) => {
    const { row, column } = places.get(cell);
    return rows[row + down]?.get(columns[columns.indexOf(column) + right]);
  };

  // --- What follows from the numbers --------------------------------------------------------------------------------
  const show = (element, number) => {
    element.textContent = number === null ? "—" : write(number);
  };

  // What a cell counts for a sum: an empty one for what stands below it (data-otherwise).
  const counted = (cell) => {
    const typed = parse(cell.value);
    if (typed !== null) return typed;
    return parse(cell.dataset.otherwise ?? "");
  };

  const sumOf = (column, elsewhere) => {
    const numbers = cells
      .filter((cell) => cell.dataset.column === column && cell.dataset.own === undefined)
      .map(counted)
      .filter((number) => number !== null && !Number.isNaN(number));
    const sum = numbers.reduce((total, number) => total + number, elsewhere);
    return numbers.length || elsewhere ? sum : null;
  };

  const kindOf = (own, below) => {
    if (own === null) return below === null ? "NOTHING" : "NO_TARGET";
    if (below === null) return "NOT_SHARED";
    return own === below ? "EQUAL" : own > below ? "UNDER" : "OVER";
  };

  const compare = (element, own, below) => {
    const kind = kindOf(own, below);
    for (const option of element.querySelectorAll("[data-when]")) {
      option.hidden = option.dataset.when !== kind;
      const text = words(option.dataset.words, Math.abs((own ?? 0) - (below ?? 0)));
      option.querySelector(".chip").lastChild.textContent = text;
    }
  };

  const addUp = () => {
    let below = null;
    for (const element of form.ownerDocument.querySelectorAll("[data-grid-sum]")) {
      const sum = sumOf(element.dataset.gridSum, parse(element.dataset.elsewhere));
      show(element, sum);
      if (element.dataset.gridSum === "target") below = sum;
    }
    const own = form.querySelector("[data-own][data-column=target]");
    for (const element of document.querySelectorAll("[data-grid-compare]")) {
      const line = element.closest("[data-grid-row]");
      if (line) {
        const cell = line.closest("tr").querySelector("[data-column=target]");
        if (cell) compare(element, parse(cell.value), parse(line.dataset.gridRow));
      } else {
        compare(element, parse(own ? own.value : element.dataset.gridCompare), below);
      }
    }
  };

  // Closing = opening + increases − decreases: said beside the closing where it is typed otherwise, and beside an
  // opening where it is not the closing of the year before.
  const signs = JSON.parse(form.querySelector("[data-grid-signs]")?.dataset.gridSigns ?? "null");
  const hint = (cell, name) => cell.parentElement.querySelector(`[data-grid-${name}]`);

  const expectedOf = (row) => {
    const numbers = Object.entries(signs).map(([column, sign]) => [parse(row.get(column).value), sign]);
    if (numbers.every(([number]) => number === null) && parse(row.get("closing").value) === null) return null;
    return numbers.reduce((total, [number, sign]) => total + sign * (number ?? 0), 0);
  };

  const checkClosings = () => {
    (signs ? rows : []).forEach((row, place) => {
      const closing = row.get("closing");
      const opening = row.get("opening");
      const expected = expectedOf(row);
      const typed = parse(closing.value);
      closing.placeholder = expected === null || !(expected >= 0) ? "" : write(expected);
      const isWrong = expected !== null && !Number.isNaN(expected) && typed !== null && typed !== expected;
      hint(closing, "expected").textContent = isWrong ? words(hint(closing, "expected").dataset.words, expected) : "";

      const warning = hint(opening, "warning");
      const above = warning.dataset.chained === undefined ? null : rows[place - 1];
      const before = above
        ? parse(above.get("closing").value) ?? expectedOf(above)
        : parse(warning.dataset.gridWarning);
      const begins = parse(opening.value);
      const differs = begins !== null && before !== null && !Number.isNaN(before) && begins !== before;
      warning.textContent = differs ? words(warning.dataset.words, before) : "";
    });
  };

  const follow = () => {
    let unsaved = 0;
    for (const cell of cells) {
      const number = parse(cell.value);
      const isChanged = number !== stored(cell);
      cell.classList.toggle("changed", isChanged);
      cell.classList.toggle("unreadable", Number.isNaN(number));
      unsaved += isChanged;
    }
    state.textContent = unsaved ? words(state.dataset.some, unsaved) : state.dataset.none;
    state.classList.toggle("some", unsaved > 0);
    addUp();
    checkClosings();
    return unsaved;
  };

  // --- Keyboard -----------------------------------------------------------------------------------------------------
  const MOVES = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  };

  // Left and right move only from the end of what is typed, so that one can still edit inside a cell.
  const isAtEdge = (cell, key) => {
    const isWhole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    if (key === "ArrowLeft") return isWhole || cell.selectionEnd === 0;
    if (key === "ArrowRight") return isWhole || cell.selectionStart === cell.value.length;
    return true;
  };

  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!places.has(cell) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const before = stored(cell);
      cell.value = before === null ? "" : write(before);
      cell.select();
      follow();
      return;
    }
    const move = event.key === "Enter" ? [event.shiftKey ? -1 : 1, 0] : MOVES[event.key];
    if (!move || (event.shiftKey && event.key !== "Enter") || !isAtEdge(cell, event.key)) return;
    event.preventDefault();
    beside(cell, ...move)?.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name=luu]"));
  });

  form.addEventListener("focusin", (event) => {
    if (places.has(event.target)) event.target.select();
  });

  // --- Pasting a block ----------------------------------------------------------------------------------------------
  form.addEventListener("paste", (event) => {
    const first = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    if (!places.has(first) || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    let pasted = 0;
    let outside = 0;
    block.forEach((line, down) => line.forEach((value, right) => {
      const cell = beside(first, down, right);
      if (!cell) {
        outside += value.trim() !== "";
        return;
      }
      const number = parse(value.replace(/\s/g, ""));
      cell.value = number === null || Number.isNaN(number) ? value.trim() : write(number);
      pasted += 1;
    }));
    follow();
    news.textContent = [
      words(news.dataset.pasted, pasted), outside ? words(news.dataset.outside, outside) : "",
    ].join(" ");
    if (outside) state.textContent = `${words(news.dataset.outside, outside)} ${state.textContent}`;
  });

  // --- Nothing typed is lost by accident ------------------------------------------------------------------------------
  form.addEventListener("input", follow);
  form.addEventListener("change", () => {
    // Once a cell is left: what the sum has come to, for those who do not see it move.
    const total = form.querySelector(".total tr:last-child");
    const chip = total?.querySelector("[data-grid-compare] > :not([hidden]) .chip");
    if (!chip) return;
    const sum = total.querySelector("[data-grid-sum=target]").textContent;
    news.textContent = `${total.querySelector("th").textContent} ${sum}: ${chip.lastChild.textContent}`;
  });
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; follow(); });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && form.querySelector("input.changed")) event.preventDefault();
  });
})();
