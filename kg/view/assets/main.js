// Starts the page and keeps its parts in step: a choice changes the state, the state redraws what shows it.

function load() {
  return JSON.parse(byId("data").textContent);
}

// On a server: asks now and then whether there is a newer build, and says so.
function watch(address) {
  let known = null, told = false;
  const ask = async () => {
    if (document.hidden || told) return;
    try {
      const answer = await fetch(address, { method: "HEAD", cache: "no-store" });
      const tag = answer.ok ? answer.headers.get("etag") : null;
      if (tag && known && tag !== known) {
        told = true;
        const hint = byId("hint");
        hint.replaceChildren("The graph was built anew. ", button("Load it", () => location.reload(), { class: "quiet" }));
        hint.hidden = false;
        hint.dataset.kept = "1";
      }
      known = known || tag;
    } catch {
      // The server is gone; the page goes on with what it has.
    }
  };
  ask();
  setInterval(ask, 15000);
  document.addEventListener("visibilitychange", ask);
}

function start(source) {
  const graph = readGraph(source);
  let state = readHash(graph, location.hash), derived = null, painted = false, hinted = storage("hint") === "seen";
  byId("title").textContent = graph.title;

  // `patch` goes into the state; a `quiet` change (a slider) replaces the address instead of adding to the history.
  function change(patch, quiet = false) {
    const { focus, steps, view } = state;
    state = { ...state, ...patch };
    if (state.pathFrom < 0 || state.pathTo < 0) state.pathFrom = state.pathTo = -1;
    update(!quiet);
    if (state.view === "graph" && view !== "graph") canvas.resize();
    if (state.view === "graph" && (state.focus !== focus || state.steps !== steps)) canvas.fit();
  }

  const actions = {
    change,
    selectEntity(i, move) {
      state.extra = canvas.order().includes(i) || state.focus >= 0 ? state.extra : new Set([...state.extra, i]);
      change({ entity: i, statement: -1, group: -1, pathFrom: -1, pathTo: -1 });
      if (move && state.view === "graph") canvas.look(i);
      say(`${graph.entities.name[i]}, ${graph.types[graph.entities.type[i]].label}, ${plural(graph.entities.degree[i], "relation")}`);
      openPanel();
    },
    selectStatement(s) {
      change({ statement: s });
      if (state.view === "graph") canvas.lookAtStatement(s);
      say(sentence(graph, s));
      openPanel();
    },
    clear() {
      if (state.statement >= 0 && state.entity >= 0) change({ statement: -1 });
      else if (state.entity >= 0 || state.statement >= 0 || state.group >= 0 || state.pathTo >= 0) change({ entity: -1, statement: -1, group: -1, pathFrom: -1, pathTo: -1 });
      else if (state.focus >= 0) change({ focus: -1 });
      else return;
      say(status());
    },
    focus(i) {
      change({ view: "graph", focus: i, entity: i, statement: -1, group: -1, pathFrom: -1, pathTo: -1 });
      say(`Focus on ${graph.entities.name[i]}`);
    },
    path(a, b) {
      change({ view: "graph", pathFrom: a, pathTo: b, entity: -1, statement: -1, group: -1, focus: -1 });
      if (derived.path) canvas.fit(derived.path.entities);
    },
    toggleType(t, on) {
      const types = new Set(state.types);
      if (on) types.add(t);
      else types.delete(t);
      change({ types });
    },
    toggleStatus(k, on) {
      const statuses = new Set(state.statuses);
      if (on) statuses.add(k);
      else statuses.delete(k);
      change({ statuses });
    },
    resetFilters() {
      const fresh = startState(graph);
      change({
        types: new Set(graph.types.map((_, t) => t)), statuses: fresh.statuses, confidence: 0, degree: fresh.degree, from: "", to: "", groups: false,
      });
    },
    // On a server each entity has a page of its own, beside this one.
    entityAddress(i) {
      const prefix = byId("data").dataset.entityUrl;
      return prefix && !graph.entities.id[i].includes(":") ? prefix + encodeURI(graph.entities.id[i]).replace(/[?#]/g, encodeURIComponent) : null;
    },
    drawn() {
      if (painted) return;
      painted = true;
      performance.mark("kg-first-draw");
      setTimeout(() => graph.folded(), 0);
    },
  };

  const canvas = createCanvas(graph, byId("canvas"), actions);
  const filters = createFilters(graph, byId("filters"), actions);
  const views = {
    table: createTable(graph, byId("view-table"), actions),
    timeline: createTimeline(graph, byId("view-timeline"), actions),
    compare: createCompare(graph, byId("view-compare"), actions),
  };
  const files = createExport(graph, canvas, () => ({ state, derived }));
  createCombobox(byId("query"), byId("suggestions"), (text) => findEntities(graph, text), (option) => actions.selectEntity(option.i, true));

  let settled = "";
  function update(remember) {
    // What passes does not depend on what is selected, unless the selection must come on screen.
    const key = [[...state.types].join(), [...state.statuses].join(), state.confidence, state.degree, state.from, state.to, state.focus, state.steps,
      state.pathFrom, state.pathTo, [...state.extra].join()].join("|");
    const there = (i) => i < 0 || (derived && derived.shown.has(i));
    const s = state.statement;
    if (key !== settled || !there(state.entity) || (s >= 0 && !(there(graph.statements.subject[s]) && there(graph.statements.object[s]) && (derived.holds[s] || graph.statements.object[s] < 0)))) {
      settled = key;
      derived = derive(graph, state);
    }
    for (const view of VIEWS) {
      byId(`view-${view}`).hidden = view !== state.view;
      byId(`tab-${view}`).setAttribute("aria-selected", String(view === state.view));
      byId(`tab-${view}`).tabIndex = view === state.view ? 0 : -1;
    }
    document.body.dataset.view = state.view;
    document.body.dataset.chosen = state.entity >= 0 || state.statement >= 0 || state.group >= 0 || state.pathTo >= 0 ? "yes" : "no";
    canvas.show(state, derived);
    keepFocus(byId("filters"), () => filters.update(state));
    if (views[state.view]) keepFocus(byId(`view-${state.view}`), () => views[state.view].update(state, derived));
    drawPanel();
    drawEmpty();
    byId("status").textContent = status();
    remembered = remembered || remember;
    writeAddress();
  }

  // Once for a burst of changes: browsers refuse pages that write their address too often.
  let remembered = false;
  const writeAddress = later(() => {
    const remember = remembered, hash = writeHash(graph, state);
    remembered = false;
    if (hash !== location.hash.replace(/^#/, "")) address(hash, remember);
  }, 80);

  function address(hash, remember) {
    try {
      history[remember ? "pushState" : "replaceState"](null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // A frame without an address of its own (a notebook) has no history to write.
    }
  }

  function drawPanel() {
    const panel = byId("panel");
    const back = state.statement >= 0 && state.entity >= 0 ? button(`‹ ${shorten(graph.entities.name[state.entity], 40)}`, () => change({ statement: -1 }), { class: "quiet back" }) :
      state.entity >= 0 || state.statement >= 0 || state.group >= 0 || state.pathTo >= 0 ? button("‹ Overview", () => actions.clear(), { class: "quiet back" }) : null;
    const content = state.statement >= 0 ? statementPanel(graph, state.statement, actions) :
      state.pathTo >= 0 ? pathPanel(graph, state, derived, actions) :
        state.entity >= 0 ? entityPanel(graph, state, derived, state.entity, actions) :
          state.group >= 0 ? groupPanel(graph, state.group, actions) : overview(graph, derived, actions);
    keepFocus(panel, () => panel.replaceChildren(el("div", { class: "inside" }, back, content.flat(Infinity).filter(Boolean))), true);
    panel.scrollTop = 0;
  }

  function drawEmpty() {
    const empty = byId("empty");
    empty.hidden = derived.shown.size > 0;
    if (graph.n === 0) {
      byId("camera").hidden = true;
      empty.replaceChildren(el("h2", null, "Nothing to draw"), el("p", null, graph.documents.length ? "No entity was found in these recordings." : "This graph holds no recording yet."));
    } else if (!empty.hidden) {
      const lonely = state.degree > 0 && graph.m === 0;
      empty.replaceChildren(el("h2", null, "Nothing passes the filters"), el("p", null, lonely ? "No relation was found." : "Switch a type on, or lower a slider."), button("Reset filters", () => actions.resetFilters()));
    }
    const hint = byId("hint");
    if (hint.dataset.kept) return;
    hint.hidden = hinted || graph.n === 0 || state.entity >= 0 || state.statement >= 0;
    if (!hint.hidden && !hint.firstChild) {
      hint.append("Click a name to read what was said about it, and by whom. ", button("Got it", () => {
        hinted = true;
        storage("hint", "seen");
        hint.hidden = true;
      }, { class: "quiet" }));
    }
  }

  function status() {
    const n = derived.shown.size, filtered = derived.passing < graph.n;
    const alone = state.degree === 1 ? graph.loners : 0, passing = derived.passing < graph.n - alone;
    return `${n.toLocaleString("en")} of ${plural(graph.n, "entity", "entities")} on screen` +
      (filtered && passing ? `, ${derived.passing.toLocaleString("en")} pass the filters` : "") +
      (alone ? `, ${alone.toLocaleString("en")} more only mentioned` : "") +
      `; ${canvas.drawn().length.toLocaleString("en")} of ${plural(graph.m, "relation")} drawn as lines` +
      (canvas.drawn().length < derived.edges.length ? ", the firmest ones" : "") +
      (n < derived.passing && state.focus < 0 ? ". Search brings in the others." : ".");
  }

  function say(text) {
    byId("status").textContent = `${text}. ${status()}`;
  }

  // On a phone the panel lies over the lower half; a choice opens it.
  function openPanel() {
    document.body.dataset.panel = "open";
  }

  // Tabs, tools, keys.
  VIEWS.forEach((view, k) => {
    const tab = byId(`tab-${view}`);
    tab.addEventListener("click", () => change({ view }));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: VIEWS.length - 1 }[event.key];
      if (!step) return;
      const next = VIEWS[(k + step) % VIEWS.length];
      change({ view: next });
      byId(`tab-${next}`).focus();
    });
  });
  byId("zoom-in").addEventListener("click", () => canvas.zoom(1.35));
  byId("zoom-out").addEventListener("click", () => canvas.zoom(1 / 1.35));
  byId("zoom-fit").addEventListener("click", () => canvas.fit());
  const narrow = matchMedia("(max-width: 760px)");
  const showFilters = (open) => {
    document.body.dataset.filters = open ? "open" : "closed";
    byId("toggle-filters").setAttribute("aria-expanded", String(open));
  };
  showFilters(!narrow.matches && graph.n > 0);
  byId("toggle-filters").addEventListener("click", () => showFilters(document.body.dataset.filters !== "open"));
  document.querySelectorAll("[data-save]").forEach((node) => node.addEventListener("click", () => {
    const kind = node.dataset.save;
    byId("save").open = false;
    if (kind === "link") copyLink();
    else files.save(kind);
  }));
  document.addEventListener("click", (event) => {
    if (!byId("save").contains(event.target)) byId("save").open = false;
  });

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      say("Link copied");
    } catch {
      say("The link stands in the address bar");
    }
  }

  setTheme(storage("theme"));
  byId("theme").addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    storage("theme", next);
    setTheme(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(storage("theme")));

  function setTheme(theme) {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    byId("theme").textContent = isDark() ? "Light" : "Dark";
    canvas.recolour();
  }

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("query").focus();
    } else if (event.key === "Escape" && !typing) {
      if (byId("save").open) byId("save").open = false;
      else actions.clear();
    }
  });
  byId("canvas").addEventListener("keydown", (event) => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) {
      event.preventDefault();
      const here = state.entity >= 0 && derived.shown.has(state.entity) ? canvas.toward(state.entity, ...way) : canvas.order()[0];
      if (here !== undefined && here >= 0) actions.selectEntity(here, true);
    } else if (event.key === "Enter") {
      if (state.entity >= 0) actions.focus(state.entity);
      else if (canvas.order().length) actions.selectEntity(canvas.order()[0], true);
    } else if (event.key === "+" || event.key === "=") canvas.zoom(1.35);
    else if (event.key === "-") canvas.zoom(1 / 1.35);
    else if (event.key === "0") canvas.fit();
    else return;
    event.preventDefault();
  });
  window.addEventListener("popstate", () => {
    const extra = state.extra;
    state = { ...readHash(graph, location.hash), extra };
    update(false);
    canvas.resize();
  });
  const resized = later(() => {
    if (state.view === "timeline") views.timeline.update(state, derived);
    else canvas.resize();
  }, 120);
  new ResizeObserver(resized).observe(byId("stage"));

  update(false);
  // The status line has taken its room by now; the canvas must know before the camera is set.
  canvas.resize();
  canvas.fit(undefined, false);
  if (state.view !== "graph") actions.drawn();
  if (derived.path) canvas.fit(derived.path.entities, false);
  else if (state.entity >= 0 && state.focus < 0) canvas.look(state.entity);
  return { graph, canvas, files, actions, state: () => state, derived: () => derived };
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// What the reader chose before, where the browser lets a page remember (not in every frame).
function storage(key, value) {
  try {
    if (value !== undefined) localStorage.setItem(`kg-${key}`, value);
    return localStorage.getItem(`kg-${key}`);
  } catch {
    return value === undefined ? null : value;
  }
}

function fail(error) {
  byId("stage").replaceChildren(el("div", { class: "failure", role: "alert" },
    el("h2", null, "The graph cannot be shown"), el("p", null, String(error && error.message ? error.message : error)),
    el("p", null, "The file may be cut off. Build it again with kg build, and open the new graph.html.")));
  byId("panel").replaceChildren();
  byId("status").textContent = "The graph cannot be shown.";
}

try {
  // A handle for scripts in the browser's console.
  window.kg = start(load());
  if (byId("data").dataset.liveUrl) watch(byId("data").dataset.liveUrl);
} catch (error) {
  fail(error);
}
