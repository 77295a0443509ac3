// The query field: a plain text area, with a coloured copy of its text behind it.

import { element } from "./dom.js";
import { tokens } from "./tokens.js";

// Colouring longer texts at every key would be felt.
const MOST_COLOURED = 50_000;

export function makeEditor(area, behind, onRun) {
  let leaving = false;

  function colour() {
    const text = area.value;
    behind.replaceChildren();
    if (text.length > MOST_COLOURED) {
      behind.append(text);
    } else {
      for (const token of tokens(text)) {
        behind.append(token.kind ? element("span", { class: "token-" + token.kind }, token.text) : token.text);
      }
    }
    // A last empty line would otherwise have no height.
    behind.append("\n");
    scroll();
  }

  function scroll() {
    behind.scrollTop = area.scrollTop;
    behind.scrollLeft = area.scrollLeft;
  }

  area.addEventListener("input", colour);
  area.addEventListener("scroll", scroll);
  area.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === "Escape") {
      leaving = true;
    } else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      colour();
    } else if (event.key !== "Shift") {
      leaving = false;
    }
  });
  area.addEventListener("blur", function () { leaving = false; });
  colour();

  return {
    get text() { return area.value; },
    set text(value) { area.value = value; colour(); },
  };
}
