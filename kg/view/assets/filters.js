// The legend, which is also the filter: types, statuses, sliders for confidence, connections and dates.

function createFilters(graph, root, actions) {
  const boxes = [], statusBoxes = [];
  const typeList = el("ul", { class: "legend" });
  graph.types.forEach((type, t) => {
    if (!graph.typeCount[t]) return;
    const box = el("input", { type: "checkbox", id: `type-${t}`, onchange: () => actions.toggleType(t, box.checked) });
    boxes.push([t, box]);
    typeList.append(el("li", null, el("label", { for: `type-${t}` }, box, typeSign(t, 18),
      el("span", { class: "grow" }, capital(type.label)), el("span", { class: "count" }, graph.typeCount[t].toLocaleString("en")))));
  });
  const statusList = el("ul", { class: "legend" });
  graph.source.statuses.forEach((name, k) => {
    if (!graph.statusCount[k]) return;
    const box = el("input", { type: "checkbox", id: `status-${k}`, onchange: () => actions.toggleStatus(k, box.checked) });
    statusBoxes.push([k, box]);
    statusList.append(el("li", null, el("label", { for: `status-${k}` }, box, lineSign(name),
      el("span", { class: "grow" }, STATUS_WORDS[name] || name), el("span", { class: "count" }, graph.statusCount[k].toLocaleString("en")))));
  });

  const slider = (id, text, least, most, step, show, set) => {
    const value = el("output", { for: id, class: "count" });
    const input = el("input", { type: "range", id, min: least, max: most, step, oninput: () => set(Number(input.value)) });
    return {
      node: el("div", { class: "slider" }, el("label", { for: id }, el("span", { class: "grow" }, text), value), input),
      update(current) {
        input.value = current;
        value.textContent = show(current);
        input.setAttribute("aria-valuetext", show(current));
      },
    };
  };
  const topDegree = Math.max(1, ...graph.entities.degree.slice(0, 400));
  const confidence = slider("least-confidence", "Confidence at least", 0, 1, 0.05, (v) => v.toFixed(2), (v) => actions.change({ confidence: v }, true));
  const degree = slider("least-degree", "Relations at least", 0, Math.min(20, topDegree), 1, (v) => String(v), (v) => actions.change({ degree: v }, true));
  const dates = graph.dates, sliders = [confidence, degree];
  let from = null, to = null;
  if (dates.length > 1) {
    from = slider("date-from", "From", 0, dates.length - 1, 1, (k) => dates[k], (k) => actions.change({ from: k === 0 ? "" : dates[k] }, true));
    to = slider("date-to", "To", 0, dates.length - 1, 1, (k) => dates[k], (k) => actions.change({ to: k === dates.length - 1 ? "" : dates[k] }, true));
    sliders.push(from, to);
  }
  const groupBox = el("input", { type: "checkbox", id: "show-groups", onchange: () => actions.change({ groups: groupBox.checked }) });
  const steps = el("div", { class: "steps", hidden: true });
  const reset = button("Reset filters", () => actions.resetFilters(), { class: "quiet" });

  root.append(...[
    steps,
    el("h2", null, "Types"), typeList,
    graph.m ? [el("h2", null, "How it was said"), statusList] : null,
    el("h2", null, "Show"), ...sliders.map((s) => s.node),
    graph.groups.length ? el("label", { class: "check", for: "show-groups" }, groupBox, "Mark groups") : null,
    reset,
  ].flat(Infinity).filter(Boolean));

  return {
    update(state) {
      boxes.forEach(([t, box]) => { box.checked = state.types.has(t); });
      statusBoxes.forEach(([k, box]) => { box.checked = state.statuses.has(k); });
      confidence.update(state.confidence);
      degree.update(state.degree);
      if (from) {
        const at = (date, otherwise, last) => {
          if (!date) return otherwise;
          const passing = dates.map((d, k) => [d, k]).filter(([d]) => inRange(d, last ? "" : date, last ? date : ""));
          return passing.length ? passing[last ? passing.length - 1 : 0][1] : otherwise;
        };
        from.update(at(state.from, 0, false));
        to.update(at(state.to, dates.length - 1, true));
      }
      groupBox.checked = state.groups;
      steps.hidden = state.focus < 0;
      if (state.focus >= 0) {
        steps.replaceChildren(
          el("h2", null, "Focus"), el("p", null, isolated(graph.entities.name[state.focus])),
          el("div", { class: "row" },
            button("1 step", () => actions.change({ steps: 1 }), { "aria-pressed": String(state.steps === 1) }),
            button("2 steps", () => actions.change({ steps: 2 }), { "aria-pressed": String(state.steps === 2) }),
            button("Leave", () => actions.change({ focus: -1 }), { class: "quiet" })),
        );
      }
    },
  };
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// How relations of a status are drawn.
function lineSign(status) {
  const dash = status === "hedged" ? "5 3" : status === "question" ? "0.1 4" : status === "hypothetical" ? "6 4 0.1 4" : null;
  return svg("svg", { class: "sign", width: 22, height: 14, viewBox: "2 0 22 14", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: "M1 7H25", class: "line", "stroke-dasharray": dash, "stroke-linecap": "round" }),
    status === "negated" ? svg("path", { d: "M9 3L17 11M17 3L9 11", class: "cross" }) : null);
}
