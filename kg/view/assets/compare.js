// Two recordings or two speakers side by side: what only one speaks of, what both do, where they agree and differ.

function createCompare(graph, root, actions) {
  let drawn = "", state = null, derived = null;
  const speakers = [...new Set(graph.claims.speaker)].filter((i) => i >= 0).sort((a, b) => a - b);

  function sides() {
    const { kind } = state.compare;
    const all = kind === "speakers" ? speakers : graph.documents.map((_, d) => d);
    const name = (x) => (kind === "speakers" ? graph.entities.name[x] : graph.documents[x].title);
    const of = kind === "speakers" ? graph.claims.speaker : graph.claims.document;
    const at = (k) => all[Math.min(k, all.length - 1)];
    return { all, name, of, a: at(state.compare.a), b: at(state.compare.b) };
  }

  // Statements of each side with the firmest status the side gives them, and how often each entity is spoken of.
  function gather(of, x) {
    const statements = new Map(), entities = new Map();
    for (let s = 0; s < graph.m; s++) {
      if (!derived.holds[s]) continue;
      for (let c = graph.firstClaim[s]; c < graph.firstClaim[s + 1]; c++) {
        if (of[c] !== x) continue;
        const status = graph.claims.status[c];
        if (!statements.has(s) || status < statements.get(s)) statements.set(s, status);
        for (const i of new Set([graph.statements.subject[s], graph.statements.object[s]])) {
          if (i >= 0) entities.set(i, (entities.get(i) || 0) + 1);
        }
      }
    }
    return { statements, entities };
  }

  function draw() {
    const { all, name, of, a, b } = sides(), { kind } = state.compare;
    const set = (change) => actions.change({ compare: { ...state.compare, ...change } });
    const chooser = (id, label, current, key) => el("span", { class: "choice" }, el("label", { for: id, class: "unseen" }, label),
      el("select", { id, onchange: (event) => set({ [key]: Number(event.target.value) }) },
        all.map((x, k) => el("option", { value: k, selected: x === current }, name(x)))));
    const head = el("div", { class: "row head" },
      button("Recordings", () => actions.change({ compare: { kind: "recordings", a: 0, b: 1 } }), { "aria-pressed": String(kind === "recordings") }),
      button("Speakers", () => actions.change({ compare: { kind: "speakers", a: 0, b: 1 } }), { "aria-pressed": String(kind === "speakers") }),
      all.length ? [chooser("side-a", "First", a, "a"), el("span", { class: "soft" }, "and"), chooser("side-b", "Second", b, "b")] : null);
    if (all.length < 2) {
      root.replaceChildren(head, el("p", { class: "nothing" }, kind === "speakers" ? "There are not two known speakers to compare." : "There are not two recordings to compare."));
      return;
    }
    if (a === b) {
      root.replaceChildren(head, el("p", { class: "nothing" }, "Choose two different ones."));
      return;
    }
    const left = gather(of, a), right = gather(of, b);
    const both = [...left.entities.keys()].filter((i) => right.entities.has(i));
    const only = (x, y) => [...x.entities].filter(([i]) => !y.entities.has(i)).sort((p, q) => q[1] - p[1] || p[0] - q[0]);
    both.sort((p, q) => Math.min(left.entities.get(q), right.entities.get(q)) - Math.min(left.entities.get(p), right.entities.get(p)) || p - q);
    const top = Math.max(1, ...left.entities.values(), ...right.entities.values());
    root.replaceChildren(head, ...agreement(left, right, name(a), name(b)),
      el("div", { class: "columns" },
        column(`Only ${name(a)}`, only(left, right).map(([i, n]) => () => entityRow(i, n, 0, top))),
        column("Both", both.map((i) => () => entityRow(i, left.entities.get(i), right.entities.get(i), top))),
        column(`Only ${name(b)}`, only(right, left).map(([i, n]) => () => entityRow(i, 0, n, top)))));
  }

  function column(title, items) {
    return el("section", null, el("h2", { class: "label" }, isolated(title), el("span", { class: "count" }, ` ${items.length.toLocaleString("en")}`)),
      items.length ? longList(items, 20) : el("p", { class: "soft" }, "Nothing."));
  }

  function entityRow(i, n, m, top) {
    const middle = n && m ? 28 : n ? 28 : 0, width = n && m ? 56 : 28;
    const bar = (value, side) => value ? svg("rect", { x: side ? middle : middle - (27 * value) / top, y: 2, width: Math.max(1.5, (27 * value) / top), height: 8, class: side ? "bar-b" : "bar-a" }) : null;
    return el("li", { class: "pair" }, svg("svg", { width, height: 12, viewBox: `0 0 ${width} 12`, role: "img", "aria-label": `${n} and ${m} passages` }, bar(n, 0), bar(m, 1)),
      entityButton(graph, i, actions));
  }

  // Both say it; one affirms what the other denies; both answer the same question differently.
  function agreement(left, right, nameA, nameB) {
    const kindOf = (status) => { const name = statusName(graph, status); return name === "asserted" || name === "hedged" ? "yes" : name === "negated" ? "no" : "open"; };
    const same = [], opposed = [], different = [];
    for (const [s, status] of left.statements) {
      if (!right.statements.has(s)) continue;
      const pair = kindOf(status) + kindOf(right.statements.get(s));
      if (pair === "yesyes" || pair === "nono") same.push(s);
      else if (pair === "yesno" || pair === "noyes") opposed.push(s);
    }
    const question = (s) => `${graph.statements.subject[s]}-${graph.statements.predicate[s]}`;
    const asked = new Map();
    for (const [s, status] of right.statements) if (answers(s) && kindOf(status) === "yes") asked.set(question(s), [...(asked.get(question(s)) || []), s]);
    for (const [s, status] of left.statements) {
      if (!answers(s) || kindOf(status) !== "yes") continue;
      for (const t of asked.get(question(s)) || []) if (s !== t && !left.statements.has(t) && !right.statements.has(s)) different.push([s, t]);
    }
    const block = (title, items) => items.length ? el("section", { class: "agreement" }, el("h2", { class: "label" }, title, el("span", { class: "count" }, ` ${items.length}`)), longList(items, 6)) : null;
    const parts = [
      block("Both say", same.map((s) => el("li", null, statementSentence(graph, s, actions)))),
      block("One affirms, the other denies", opposed.map((s) => el("li", null, statementSentence(graph, s, actions)))),
      block("Different answers", different.map(([s, t]) => el("li", { class: "versus" },
        el("span", { class: "soft" }, isolated(nameA)), statementSentence(graph, s, actions), el("span", { class: "soft" }, isolated(nameB)), statementSentence(graph, t, actions)))),
    ].filter(Boolean);
    return parts.length ? parts : [el("p", { class: "soft" }, "They make no statement in common; below is what each speaks of.")];
  }

  function answers(s) {
    return graph.predicates[graph.statements.predicate[s]].functional || graph.statements.object[s] < 0;
  }

  return {
    update(nextState, nextDerived) {
      state = nextState;
      const key = JSON.stringify(state.compare);
      if (key === drawn && derived === nextDerived) return;
      drawn = key;
      derived = nextDerived;
      draw();
    },
  };
}
