// Everything as text: relations or entities, sortable, under the same filters as the graph but without its limit.

const PAGE_ROWS = 100;

function createTable(graph, root, actions) {
  let mode = "relations", sort = { column: -1, down: false }, page = 0, state = null, derived = null, rows = [];
  const relationColumns = [
    ["Subject", (s) => graph.entities.name[graph.statements.subject[s]]],
    ["Relation", (s) => graph.predicates[graph.statements.predicate[s]].label],
    ["Object", (s) => objectName(graph, s)],
    ["How it was said", (s) => (graph.denied[s] && statusName(graph, graph.status[s]) !== "negated" ? "Disputed" : statusWords(graph, graph.status[s]))],
    ["Confidence", (s) => graph.confidence[s]],
    ["Passages", (s) => graph.statements.n_claims[s]],
    ["Said by", (s) => [...new Set(claimsOf(graph, s).map((c) => speakerName(graph, c)))].join(", ")],
    ["Recording", (s) => [...new Set(claimsOf(graph, s).map((c) => (graph.documents[graph.claims.document[c]] || { title: "" }).title))].join(", ")],
  ];
  const entityColumns = [
    ["Name", (i) => graph.entities.name[i]],
    ["Type", (i) => graph.entities.subtype[i] || graph.types[graph.entities.type[i]].label],
    ["Mentions", (i) => graph.entities.mentions[i]],
    ["Connections", (i) => graph.entities.degree[i]],
    ["Recordings", (i) => graph.entities.documents[i].length],
    ["Other names", (i) => (graph.entities.aliases[i] || []).join(", ")],
  ];
  const columns = () => (mode === "relations" ? relationColumns : entityColumns);

  function collect() {
    rows = [];
    if (mode === "relations") for (let s = 0; s < graph.m; s++) derived.holds[s] && rows.push(s);
    else for (let i = 0; i < graph.n; i++) derived.passes[i] && rows.push(i);
    if (sort.column >= 0) {
      const read = columns()[sort.column][1], keys = new Map(rows.map((row) => [row, read(row)]));
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      rows.sort((a, b) => {
        const x = keys.get(a), y = keys.get(b);
        return (typeof x === "number" ? x - y : compare(x, y)) * (sort.down ? -1 : 1) || a - b;
      });
    }
    // As long as nothing else is asked for, what is said of the most important entities comes first.
    else if (mode === "relations") rows.sort((a, b) => graph.statements.subject[a] - graph.statements.subject[b] || a - b);
    page = Math.min(page, Math.max(0, Math.ceil(rows.length / PAGE_ROWS) - 1));
  }

  function draw() {
    keepFocus(root, drawRows);
  }

  function drawRows() {
    const first = page * PAGE_ROWS, part = rows.slice(first, first + PAGE_ROWS);
    const what = mode === "relations" ? "relation" : "entity", many = mode === "relations" ? "relations" : "entities";
    const turn = (step) => {
      page += step;
      draw();
      root.scrollTop = 0;
    };
    const choose = (next) => () => {
      mode = next;
      sort = { column: -1, down: false };
      page = 0;
      collect();
      draw();
    };
    root.replaceChildren(
      el("div", { class: "row head" },
        button("Relations", choose("relations"), { "aria-pressed": String(mode === "relations") }),
        button("Entities", choose("entities"), { "aria-pressed": String(mode === "entities") }),
        el("span", { class: "grow" }),
        el("span", { class: "count" }, rows.length ? `${(first + 1).toLocaleString("en")} to ${(first + part.length).toLocaleString("en")} of ${rows.length.toLocaleString("en")}` : ""),
        button("Previous", () => turn(-1), { disabled: page === 0, class: "quiet" }),
        button("Next", () => turn(1), { disabled: first + PAGE_ROWS >= rows.length, class: "quiet" })),
      rows.length ? el("table", null,
        el("caption", null, `${plural(rows.length, what, many)} that pass the filters`),
        el("thead", null, el("tr", null, columns().map(([title], k) => el("th", { scope: "col", "aria-sort": sort.column === k ? (sort.down ? "descending" : "ascending") : null },
          button(title + (sort.column === k ? (sort.down ? " ↓" : " ↑") : ""), () => {
            sort = { column: k, down: sort.column === k ? !sort.down : typeof columns()[k][1](rows[0]) === "number" };
            page = 0;
            collect();
            draw();
          }))))),
        el("tbody", null, part.map((row) => el("tr", mode === "relations" ? { "data-statement": graph.statements.id[row], class: row === state.statement ? "chosen" : null } : { class: row === state.entity ? "chosen" : null },
          columns().map(([, read], k) => cell(row, read(row), k)))))) :
        el("p", { class: "nothing" }, `No ${what} passes the filters.`, " ", button("Reset filters", () => actions.resetFilters())));
  }

  function cell(row, value, k) {
    if (typeof value === "number") return el("td", { class: "number" }, k === 4 && mode === "relations" ? value.toFixed(2) : value.toLocaleString("en"));
    if (mode === "entities") return k === 0 ? el("td", null, entityButton(graph, row, actions)) : el("td", null, isolated(value));
    if (k === 0) return el("td", null, entityButton(graph, graph.statements.subject[row], actions));
    if (k === 1) return el("td", null, button(value, () => actions.selectStatement(row), { class: "plain-button" }));
    if (k === 2 && graph.statements.object[row] >= 0) return el("td", null, entityButton(graph, graph.statements.object[row], actions));
    return el("td", null, isolated(value));
  }

  return {
    update(nextState, nextDerived) {
      const same = derived === nextDerived;
      state = nextState;
      derived = nextDerived;
      if (!same) collect();
      draw();
    },
  };
}
