// A text field with suggestions, after the combobox pattern of the ARIA authoring practices.

function createCombobox(input, list, suggest, pick) {
  let options = [], active = -1;
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const activate = (k) => {
    active = k;
    [...list.children].forEach((node, at) => node.setAttribute("aria-selected", at === k ? "true" : "false"));
    const node = list.children[k];
    if (node) {
      input.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const choose = (k) => {
    const option = options[k];
    close();
    if (option) {
      input.value = "";
      pick(option);
    }
  };
  const refresh = () => {
    const text = input.value.trim();
    options = text ? suggest(text) : [];
    list.replaceChildren(...options.map((option, k) => el("li", {
      id: `${list.id}-${k}`, role: "option", "aria-selected": "false",
      onmousedown: (event) => {
        event.preventDefault();
        choose(k);
      },
    }, option.sign, isolated(option.text, { class: "name" }), option.note ? el("span", { class: "note" }, option.note) : null)));
    if (text && !options.length) {
      list.replaceChildren(el("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "none" }, "No name like this"));
    }
    list.hidden = !text;
    input.setAttribute("aria-expanded", text ? "true" : "false");
    activate(options.length ? 0 : -1);
  };
  input.addEventListener("input", refresh);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) refresh();
      if (options.length) activate((active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0 && !list.hidden) choose(active);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (input.value || !list.hidden) {
        input.value = "";
        close();
      } else input.blur();
    }
  });
  return { close, refresh };
}

// Entities whose names fit: those that begin with the words first, then other names, then misheard ones.
function findEntities(graph, text, most = 10) {
  const wanted = fold(text);
  if (!wanted) return [];
  const folded = graph.folded(), found = [];
  for (let i = 0; i < graph.n; i++) {
    const names = folded[i];
    let best = 9, at = 0;
    for (let k = 0; k < names.length; k++) {
      const where = names[k].indexOf(wanted);
      if (where < 0) continue;
      const whole = names[k].length === wanted.length;
      const rank = (k ? 3 : 0) + (whole ? 0 : where === 0 ? 1 : names[k][where - 1] === " " ? 2 : 2.5);
      if (rank < best) {
        best = rank;
        at = k;
      }
    }
    if (best < 9) found.push([best, i, at]);
  }
  // Entities stand in order of importance, so position breaks ties.
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return found.slice(0, most).map(([, i, at]) => ({
    i, text: graph.entities.name[i], sign: typeSign(graph.entities.type[i]),
    note: at ? `also “${[...(graph.entities.aliases[i] || []), ...(graph.entities.hidden[i] || [])][at - 1]}”` : graph.entities.subtype[i] || graph.types[graph.entities.type[i]].label,
  }));
}
