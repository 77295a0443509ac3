// An answer as a bar chart, where one column holds numbers and another says what they count.

import { isNumber } from "./answers.js";
import { drawing, element } from "./dom.js";

const MOST_BARS = 40;
const ROW = 26;
const LABEL = 220;
const WIDTH = 760;

// The columns to draw, or null where the answer has no numbers to compare.
export function chartColumns(answer) {
  if (answer.triples || answer.rows.length === 0) return null;
  const isNumeric = answer.columns.map((_, i) => answer.rows.every((row) => row[i] === null || isNumber(row[i]))
    && answer.rows.some((row) => row[i] !== null));
  // The last number of a query is mostly the count or the sum that it is about.
  const value = isNumeric.lastIndexOf(true);
  if (value < 0) return null;
  const words = answer.columns.map((_, i) => i).filter((i) => !isNumeric[i]);
  const label = words.find((i) => answer.rows.some((row) => row[i] && row[i].type === "literal")) ?? words[0];
  return label === undefined ? null : { label, value };
}

export function showChart(place, answer, names) {
  const columns = chartColumns(answer);
  if (columns === null) {
    place.replaceChildren(element("p", {}, "A chart needs a column of numbers and a column of names."));
    return;
  }
  const bars = answer.rows.filter((row) => row[columns.value] !== null).slice(0, MOST_BARS)
    .map((row) => ({ name: names.short(row[columns.label]), value: Number(row[columns.value].value) }));
  const least = Math.min(0, ...bars.map((bar) => bar.value));
  const most = Math.max(0, ...bars.map((bar) => bar.value));
  const scale = (WIDTH - LABEL - 90) / (most - least || 1);
  const x = (value) => LABEL + (value - least) * scale;
  const title = answer.columns[columns.value] + " by " + answer.columns[columns.label];
  const picture = drawing("svg", {
    viewBox: "0 0 " + WIDTH + " " + (bars.length * ROW + 4), role: "img", class: "chart",
    "aria-label": title + ", " + bars.length + " bars; the table holds the same numbers",
  });
  bars.forEach(function (bar, index) {
    const y = index * ROW + 4;
    const name = bar.name.length > 30 ? bar.name.slice(0, 29) + "…" : bar.name;
    picture.append(
      drawing("text", { x: LABEL - 8, y: y + 15, "text-anchor": "end" }, drawing("title", {}, bar.name), name),
      drawing("rect", {
        x: Math.min(x(0), x(bar.value)), y, height: ROW - 6, width: Math.max(1, Math.abs(bar.value) * scale),
      }),
      drawing("text", { x: Math.max(x(0), x(bar.value)) + 6, y: y + 15 }, bar.value.toLocaleString("en")),
    );
  });
  const note = answer.rows.length > MOST_BARS ? " (the first " + MOST_BARS + ")" : "";
  place.replaceChildren(element("p", {}, title + note), picture);
}
