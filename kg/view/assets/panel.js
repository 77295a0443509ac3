// The panel beside the graph: an overview at first, then whatever is chosen.

const MANY = 12;

// An entity's name as a button that selects it.
function entityButton(graph, i, actions, properties) {
  return el("button", { type: "button", class: "entity", onclick: () => actions.selectEntity(i, true), ...properties },
    typeSign(graph.entities.type[i], 14), isolated(graph.entities.name[i]));
}

// A list of which the rest unfolds. Items may be functions that make them, called when they are needed.
function longList(items, most = MANY, what = "more") {
  const made = (part) => part.map((item) => (typeof item === "function" ? item() : item));
  const list = el("ul", { class: "plain" }, made(items.slice(0, most)));
  if (items.length <= most) return list;
  const more = button(`Show ${(items.length - most).toLocaleString("en")} ${what}`, () => {
    list.append(...made(items.slice(most)));
    more.remove();
  }, { class: "quiet" });
  return [list, more];
}

function overview(graph, derived, actions) {
  const top = [];
  for (let i = 0; i < graph.n && top.length < 8; i++) if (derived.passes[i]) top.push(i);
  if (!graph.n) return [el("h2", null, "Nothing in here yet"), el("p", null, "A build of transcripts fills this page: people, things and ideas, and what was said of them.")];
  return [
    el("h2", null, "What is in here"),
    el("p", null, `${plural(graph.documents.length, "recording")}, ${plural(graph.n, "entity", "entities")}, ` +
      `${plural(graph.m, "relation")}, each with the words it rests on.`),
    top.length ? [el("h3", null, "Most central"), el("ul", { class: "plain" }, top.map((i) => el("li", null, entityButton(graph, i, actions))))] : null,
    graph.groups.length ? [el("h3", null, "Groups"), longList(graph.groups.map((name, g) =>
      el("li", null, button(name, () => actions.change({ group: g, entity: -1, statement: -1, view: "graph" }), { class: "plain-button" }))), 6, "more groups")] : null,
    graph.documents.length ? [el("h3", null, "Recordings"), longList(graph.documents.map((_, d) => el("li", null, recording(graph, d, actions))), 8, "more recordings")] : null,
  ];
}

function recording(graph, d, actions) {
  const document = graph.documents[d];
  return [
    button(document.title, () => actions.change({ view: "timeline", timeline: d }), { class: "plain-button" }),
    el("span", { class: "soft" }, [document.series !== document.title ? document.series : null, document.date].filter(Boolean).join(", ")),
  ];
}

function groupPanel(graph, g, actions) {
  const members = [];
  for (let i = 0; i < graph.n; i++) if (graph.entities.group[i] === g) members.push(i);
  return [
    el("p", { class: "kind" }, "Group"),
    el("h2", null, isolated(graph.groups[g])),
    el("p", null, `${plural(members.length, "entity", "entities")} that are linked more among themselves than with others; named after the two most central ones.`),
    longList(members.map((i) => () => el("li", null, entityButton(graph, i, actions))), 30, "more members"),
  ];
}

function entityPanel(graph, state, derived, i, actions) {
  const { entities } = graph;
  const type = entities.subtype[i] || graph.types[entities.type[i]].label;
  const documents = entities.documents[i];
  const address = actions.entityAddress(i);
  return [
    el("p", { class: "kind" }, typeSign(entities.type[i], 16), capital(type)),
    el("h2", null, isolated(entities.name[i])),
    entities.aliases[i] ? el("p", { class: "soft" }, "Also called ", names(entities.aliases[i])) : null,
    entities.hidden[i] ? el("p", { class: "soft" }, "Heard as ", names(entities.hidden[i])) : null,
    el("p", null, `Mentioned ${plural(entities.mentions[i], "time")} in ${plural(documents.length, "recording")}.`),
    el("div", { class: "row" },
      button(state.focus === i ? "Leave focus" : "Focus", () => (state.focus === i ? actions.change({ focus: -1 }) : actions.focus(i)), { "aria-pressed": String(state.focus === i) }),
      address ? pageLink(address, "Its page") : null,
      (entities.same_as[i] || []).slice(0, 3).map((page) => webAddress(page) ? link(page, `${siteName(page)} ↗`) : null),
      pathFinder(graph, state, i, actions)),
    relationGroups(graph, derived, i, actions),
    sayings(graph, derived, i, actions),
    documents.length ? [el("h3", null, "Recordings"), longList(documents.map((d) => el("li", null, recording(graph, d, actions))), 6, "more recordings")] : null,
  ];
}

function names(list) {
  return list.map((name, k) => [k ? ", " : "", isolated(name)]);
}

// A relative address on the server that gave the page.
function pageLink(address, text) {
  const node = el("a", null, text);
  node.href = address;
  return node;
}

function siteName(address) {
  const host = webAddress(address).hostname.replace(/^(www|en|m)\./, "");
  return capital(host.split(".").slice(0, -1).join(".") || host);
}

function pathFinder(graph, state, i, actions) {
  const input = el("input", {
    type: "text", id: "path-to", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": "path-suggestions", placeholder: "another name",
  });
  const list = el("ul", { id: "path-suggestions", role: "listbox", "aria-label": "Suggestions for the path", hidden: true });
  createCombobox(input, list, (text) => findEntities(graph, text).filter((option) => option.i !== i), (option) => actions.path(i, option.i));
  return el("details", { class: "path" }, el("summary", null, "How is it connected to …"),
    el("div", { class: "combo" }, el("label", { for: "path-to", class: "unseen" }, "Find the path to"), input, list));
}

// What is said of an entity, by relation; each line opens its evidence.
function relationGroups(graph, derived, i, actions) {
  const { statements } = graph, groups = new Map();
  let hidden = 0;
  for (const s of statementsOf(graph, i)) {
    if (!derived.holds[s]) {
      hidden++;
      continue;
    }
    const out = statements.subject[s] === i, key = `${out ? 0 : 1}-${statements.predicate[s]}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(s);
  }
  const parts = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, list]) => {
    const [direction, predicate] = key.split("-").map(Number), words = graph.predicates[predicate];
    list.sort((a, b) => graph.confidence[b] - graph.confidence[a] || a - b);
    return [
      el("h3", null, capital(direction ? words.inverse : words.label), el("span", { class: "count" }, ` ${list.length}`)),
      longList(list.map((s) => () => el("li", null, statementLine(graph, s, i, actions))), 8),
    ];
  });
  return [
    parts.length ? parts : el("p", { class: "soft" }, hidden ? "All of its relations are filtered out." : "Mentioned, but no relation was found."),
    hidden && parts.length ? el("p", { class: "soft" }, `${plural(hidden, "relation")} filtered out.`) : null,
  ];
}

// What a person says in the recordings, firmest first.
function sayings(graph, derived, i, actions) {
  const found = [];
  for (let s = 0; s < graph.m; s++) {
    if (derived.holds[s] && claimsOf(graph, s).some((c) => graph.claims.speaker[c] === i)) found.push(s);
  }
  if (!found.length) return null;
  found.sort((a, b) => graph.confidence[b] - graph.confidence[a] || a - b);
  return [el("h3", null, "What they said", el("span", { class: "count" }, ` ${found.length.toLocaleString("en")}`)),
    longList(found.map((s) => () => el("li", null, statementSentence(graph, s, actions))), 6)];
}

// The other end of a statement, with its status where it is not plain fact.
function statementLine(graph, s, i, actions) {
  const other = otherEnd(graph, s, i), status = statusName(graph, graph.status[s]);
  const n = graph.statements.n_claims[s];
  return el("button", { type: "button", class: "statement", onclick: () => actions.selectStatement(s) },
    other >= 0 ? typeSign(graph.entities.type[other], 14) : el("span", { class: "value-sign", "aria-hidden": "true" }, "="),
    isolated(other >= 0 ? graph.entities.name[other] : objectName(graph, s)),
    status !== "asserted" || graph.denied[s] ? statusBadge(graph, s) : null,
    n > 1 ? el("span", { class: "count" }, `${n}×`) : null);
}

function statusBadge(graph, s) {
  const status = statusName(graph, graph.status[s]);
  const disputed = graph.denied[s] && status !== "negated";
  return el("span", { class: `badge ${disputed ? "disputed" : status}` }, disputed ? "Disputed" : statusWords(graph, graph.status[s]));
}

function pathPanel(graph, state, derived, actions) {
  const [from, to] = [state.pathFrom, state.pathTo].map((i) => graph.entities.name[i]);
  const head = [el("p", { class: "kind" }, "Path"), el("h2", null, isolated(from), " to ", isolated(to))];
  const leave = el("div", { class: "row" }, button("Leave the path", () => actions.change({ pathFrom: -1, pathTo: -1 }), { class: "quiet" }));
  if (!derived.path) return [...head, el("p", null, "Nothing that passes the filters connects the two."), leave];
  return [
    ...head, el("p", null, derived.path.statements.length === 1 ? "The two are directly related." : `Connected in ${derived.path.statements.length} steps, the fewest there are.`),
    el("ol", { class: "steps-list" }, derived.path.statements.map((s) => el("li", null,
      el("button", { type: "button", class: "statement", onclick: () => actions.selectStatement(s) }, el("span", null, sentence(graph, s))), statusBadge(graph, s)))),
    leave,
  ];
}
