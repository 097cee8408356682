// Draws the charts, sorts and filters tables, and opens what is folded before printing. Makes no request.
(function () {
  "use strict";
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const tip = document.getElementById("tip");
  const loader = { load: () => Promise.reject(new Error("no requests")), sanitize: () => Promise.reject(new Error("no requests")) };
  const views = new Map();

  function showTip(_, event, __, value) {
    if (value === null || value === undefined || value === "") { tip.hidden = true; return; }
    tip.replaceChildren(...Object.entries(value).filter(([, told]) => String(told) !== "").map(([name, told]) => {
      const line = document.createElement("div");
      const label = document.createElement("span");
      label.textContent = name;
      line.append(label, " " + told);
      return line;
    }));
    tip.hidden = false;
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8) + "px";
  }

  function draw(place, width) {
    const spec = structuredClone(figures[place.dataset.figure]);
    spec.width = width || place.clientWidth;
    spec.height = Math.round(place.dataset.ratio ? spec.width * Number(place.dataset.ratio) : Number(place.dataset.height));
    if (views.has(place)) { views.get(place).finalize(); }
    // Readers of screens get the words of the place and its table, not a list of marks.
    const paper = document.createElement("div");
    paper.setAttribute("aria-hidden", "true");
    place.replaceChildren(paper);
    const runtime = vega.parse(vegaLite.compile(spec).spec, null, { ast: true });
    const view = new vega.View(runtime, { expr: vega.expressionInterpreter, renderer: "svg", container: paper, hover: true, loader, tooltip: showTip });
    views.set(place, view.run());
    place.dataset.drawn = String(spec.width);
  }

  const places = [...document.querySelectorAll("[data-figure]")];
  const drawAll = (width) => places.forEach((place) => draw(place, width && Math.min(width, place.clientWidth)));
  drawAll();
  let waiting = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => places.filter((place) => Number(place.dataset.drawn) !== place.clientWidth).forEach((place) => draw(place)));
  });
  window.addEventListener("beforeprint", () => drawAll(640));
  window.addEventListener("afterprint", () => drawAll());

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keyOf = (row, column) => { const cell = row.cells[column]; return cell.dataset.key ?? cell.textContent.trim(); };

  function sortBy(table, header) {
    const falling = header.getAttribute("aria-sort") === "ascending";
    const column = header.cellIndex;
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((one, other) => {
      const [a, b] = [keyOf(one, column), keyOf(other, column)];
      // What is unknown stays last in either order.
      if (a === "" || b === "") { return (a === "") - (b === ""); }
      return falling ? collator.compare(b, a) : collator.compare(a, b);
    });
    body.append(...rows);
    for (const other of table.tHead.rows[0].cells) { other.removeAttribute("aria-sort"); }
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const button of table.querySelectorAll("thead button")) {
      button.addEventListener("click", () => sortBy(table, button.closest("th")));
    }
  }

  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  for (const controls of document.querySelectorAll("[data-filters]")) {
    const table = document.getElementById(controls.dataset.filters);
    const told = controls.querySelector("[role=status]");
    const rows = [...table.tBodies[0].rows];
    const apply = () => {
      let shown = 0;
      for (const row of rows) {
        const kept = [...controls.querySelectorAll("[data-by]")].every((control) => {
          if (control.value === "") { return true; }
          return control.dataset.by === "words" ? folded(row.textContent).includes(folded(control.value.trim())) : row.dataset[control.dataset.by] === control.value;
        });
        row.hidden = !kept;
        shown += kept;
      }
      told.textContent = shown + " of " + rows.length + " shown";
    };
    controls.addEventListener("input", apply);
    controls.querySelector("button").addEventListener("click", () => {
      for (const control of controls.querySelectorAll("[data-by]")) { control.value = ""; }
      apply();
      controls.querySelector("[data-by]").focus();
    });
    controls.hidden = false;
  }
})();
