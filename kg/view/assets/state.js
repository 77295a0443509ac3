// What the reader has chosen, what follows from it, and how it is written into the address.

const VIEWS = ["graph", "table", "timeline", "compare"];

function startState(graph) {
  const start = graph.source.start;
  const types = new Set(graph.types.map((_, t) => t));
  if (start.types.length) {
    types.clear();
    graph.types.forEach((type, t) => start.types.includes(type.name) && types.add(t));
  }
  return {
    view: "graph", entity: start.focus === null ? -1 : start.focus, statement: -1, focus: start.focus === null ? -1 : start.focus, steps: 1,
    group: -1, pathFrom: -1, pathTo: -1, types, statuses: new Set(graph.source.statuses.map((_, i) => i)),
    confidence: 0, degree: graph.m ? 1 : 0, from: start.from || "", to: start.to || "", limit: start.max_nodes,
    timeline: 0, compare: { kind: "recordings", a: 0, b: 1 }, groups: false, extra: new Set(),
  };
}

// A recording of 2017 belongs to every range that overlaps 2017.
function inRange(date, from, to) {
  if (!from && !to) return true;
  if (!date) return false;
  return (!from || date >= from.slice(0, date.length)) && (!to || date.slice(0, to.length) <= to);
}

// Which documents, statements and entities pass the filters; `shown` is what stands on screen.
function derive(graph, state) {
  const { entities, statements, claims } = graph;
  const open = graph.documents.map((d) => inRange(d.date, state.from, state.to));
  const allOpen = open.every(Boolean);
  const passes = new Uint8Array(graph.n);
  for (let i = 0; i < graph.n; i++) {
    passes[i] = state.types.has(entities.type[i]) && entities.degree[i] >= state.degree &&
      (allOpen || entities.documents[i].some((d) => open[d])) ? 1 : 0;
  }
  const holds = new Uint8Array(graph.m);
  let relations = 0;
  for (let s = 0; s < graph.m; s++) {
    if (!state.statuses.has(graph.status[s]) || graph.confidence[s] < state.confidence) continue;
    if (!passes[statements.subject[s]]) continue;
    const o = statements.object[s];
    if (o >= 0 && !passes[o]) continue;
    if (!allOpen && !claimsOf(graph, s).some((c) => open[claims.document[c]])) continue;
    holds[s] = 1;
    relations++;
  }
  let passing = 0;
  for (let i = 0; i < graph.n; i++) passing += passes[i];
  const shown = state.focus >= 0 ? around(graph, state, holds) : first(graph, state, passes);
  for (const i of state.extra) shown.add(i);
  for (const i of [state.entity, state.focus, state.pathFrom, state.pathTo]) if (i >= 0) shown.add(i);
  if (state.statement >= 0) {
    shown.add(statements.subject[state.statement]);
    if (statements.object[state.statement] >= 0) shown.add(statements.object[state.statement]);
  }
  const path = state.pathFrom >= 0 && state.pathTo >= 0 ? shortestPath(graph, holds, state.pathFrom, state.pathTo) : null;
  if (path) path.entities.forEach((i) => shown.add(i));
  const edges = [];
  for (const i of shown) {
    for (const s of statementsOf(graph, i)) {
      if (statements.subject[s] === i && statements.object[s] >= 0 && shown.has(statements.object[s]) &&
          (holds[s] || s === state.statement)) edges.push(s);
    }
  }
  return { open, passes, passing, holds, relations, shown, edges, path };
}

function first(graph, state, passes) {
  const shown = new Set();
  for (let i = 0; i < graph.n && shown.size < state.limit; i++) if (passes[i]) shown.add(i);
  return shown;
}

// The focused entity and what lies within one or two steps, most important first.
function around(graph, state, holds) {
  const shown = new Set([state.focus]);
  let ring = [state.focus];
  for (let step = 0; step < state.steps; step++) {
    const next = new Set();
    for (const i of ring) {
      for (const s of statementsOf(graph, i)) {
        const other = otherEnd(graph, s, i);
        if (holds[s] && other >= 0 && !shown.has(other)) next.add(other);
      }
    }
    ring = [...next].sort((a, b) => a - b).slice(0, Math.max(0, state.limit - shown.size));
    ring.forEach((i) => shown.add(i));
  }
  return shown;
}

// Fewest relations between two entities, direction ignored; ties go to the more important entities.
function shortestPath(graph, holds, from, to) {
  const via = new Map([[from, -1]]);
  let ring = [from];
  while (ring.length && !via.has(to)) {
    const next = [];
    for (const i of ring) {
      for (const s of statementsOf(graph, i)) {
        const other = otherEnd(graph, s, i);
        if (holds[s] && other >= 0 && !via.has(other)) {
          via.set(other, s);
          next.push(other);
        }
      }
    }
    ring = next.sort((a, b) => a - b);
  }
  if (!via.has(to)) return null;
  const entities = [to], steps = [];
  for (let i = to; i !== from;) {
    const s = via.get(i);
    steps.unshift(s);
    i = otherEnd(graph, s, i);
    entities.unshift(i);
  }
  return { entities, statements: steps };
}

// The choices as the part of the address after "#"; what is as at the start is left out.
function writeHash(graph, state) {
  const fresh = startState(graph), out = new URLSearchParams();
  const id = (i) => graph.entities.id[i];
  if (state.view !== "graph") out.set("view", state.view);
  if (state.entity >= 0) out.set("entity", id(state.entity));
  if (state.statement >= 0) out.set("statement", graph.statements.id[state.statement]);
  if (state.focus !== fresh.focus) out.set("focus", state.focus >= 0 ? id(state.focus) : "");
  if (state.steps !== 1) out.set("steps", state.steps);
  if (state.group >= 0) out.set("group", state.group);
  if (state.pathFrom >= 0 && state.pathTo >= 0) {
    out.set("path", id(state.pathFrom));
    out.set("path-to", id(state.pathTo));
  }
  if (!sameSet(state.types, fresh.types)) out.set("types", [...state.types].sort((a, b) => a - b).map((t) => graph.types[t].name).join(","));
  if (!sameSet(state.statuses, fresh.statuses)) out.set("status", [...state.statuses].map((k) => statusName(graph, k)).join(","));
  if (state.confidence > 0) out.set("confidence", state.confidence);
  if (state.degree !== fresh.degree) out.set("degree", state.degree);
  if (state.from !== fresh.from) out.set("from", state.from);
  if (state.to !== fresh.to) out.set("to", state.to);
  if (state.groups) out.set("groups", "1");
  if (state.view === "timeline") out.set("recording", graph.documents[state.timeline] ? graph.documents[state.timeline].name : "");
  if (state.view === "compare") out.set("compare", `${state.compare.kind},${state.compare.a},${state.compare.b}`);
  return out.toString();
}

function sameSet(a, b) {
  return a.size === b.size && [...a].every((x) => b.has(x));
}

// Reads the address; whatever does not fit the graph is passed over, since anybody can write a link.
function readHash(graph, text) {
  const state = startState(graph);
  const read = new URLSearchParams(text.replace(/^#/, ""));
  const entity = (key) => {
    const found = graph.entityAt().get(read.get(key));
    return found === undefined ? -1 : found;
  };
  const number = (key, least, most, otherwise) => {
    const value = Number(read.get(key));
    return read.has(key) && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
  };
  if (VIEWS.includes(read.get("view"))) state.view = read.get("view");
  if (text.length > 1) state.entity = entity("entity");
  const statement = read.has("statement") ? graph.statementAt().get(read.get("statement")) : undefined;
  if (statement !== undefined) state.statement = statement;
  if (read.has("focus")) state.focus = entity("focus");
  state.steps = Math.round(number("steps", 1, 2, 1));
  state.group = Math.round(number("group", -1, graph.groups.length - 1, -1));
  state.pathFrom = entity("path");
  state.pathTo = entity("path-to");
  if (read.has("types")) {
    const names = read.get("types").split(",");
    state.types = new Set(graph.types.map((_, t) => t).filter((t) => names.includes(graph.types[t].name)));
  }
  if (read.has("status")) {
    const names = read.get("status").split(",");
    state.statuses = new Set(graph.source.statuses.map((_, k) => k).filter((k) => names.includes(graph.source.statuses[k])));
  }
  state.confidence = number("confidence", 0, 1, 0);
  state.degree = Math.round(number("degree", 0, 1e6, state.degree));
  const date = /^\d{4}(-\d{2}(-\d{2})?)?$/;
  if (read.has("from") && (date.test(read.get("from")) || read.get("from") === "")) state.from = read.get("from");
  if (read.has("to") && (date.test(read.get("to")) || read.get("to") === "")) state.to = read.get("to");
  state.groups = read.get("groups") === "1";
  const document = graph.documents.findIndex((d) => d.name === read.get("recording"));
  if (document >= 0) state.timeline = document;
  const [kind, a, b] = (read.get("compare") || "").split(",");
  if (kind === "recordings" || kind === "speakers") {
    state.compare = { kind, a: Math.max(0, Math.floor(Number(a)) || 0), b: Math.max(0, Math.floor(Number(b)) || 0) };
  }
  return state;
}
