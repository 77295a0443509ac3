// An answer as a table: sorted by a click on a heading, some hundred rows at a time.

import { isNumber } from "./answers.js";
import { element } from "./dom.js";

const STEP = 200;

export function showTable(place, answer, names) {
  let rows = answer.rows;
  let sorted = -1;
  let ascending = true;
  let shown = STEP;

  function compare(a, b) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
    return a.value.localeCompare(b.value);
  }

  function sortBy(index) {
    ascending = sorted === index ? !ascending : true;
    sorted = index;
    rows = [...answer.rows].sort((a, b) => (ascending ? 1 : -1) * compare(a[index], b[index]));
    draw(index);
  }

  function draw(focus) {
    const headings = answer.columns.map(function (name, index) {
      const button = element("button", { type: "button", class: "sort" }, name);
      button.addEventListener("click", () => sortBy(index));
      const order = sorted === index ? (ascending ? "ascending" : "descending") : "none";
      return element("th", { scope: "col", "aria-sort": order }, button);
    });
    const body = rows.slice(0, shown).map((row) => element("tr", {}, ...row.map((cell) => cellOf(cell, names))));
    const caption = element("caption", { class: "unseen" }, rows.length + " rows");
    place.replaceChildren(
      element("table", { class: "answer" }, caption, element("thead", {}, element("tr", {}, ...headings)),
        element("tbody", {}, ...body)),
    );
    if (rows.length > shown) {
      const more = element("button", { type: "button" }, "Show more (" + (rows.length - shown) + " left)");
      more.addEventListener("click", function () { shown += STEP * 5; draw(); });
      place.append(more);
    }
    if (focus !== undefined) place.querySelectorAll("button.sort")[focus].focus();
  }

  draw();
}

function cellOf(cell, names) {
  const attributes = { class: isNumber(cell) ? "number" : null, dir: "auto" };
  const href = names.href(cell);
  const text = names.short(cell);
  if (href === null) return element("td", attributes, text);
  return element("td", attributes, element("a", { href, rel: "noreferrer" }, text));
}
