// What was said when in one recording: a lane for each speaker, a row for each topic, and the same as a list.

const LANE = 30, TOPIC = 24, LABELS = 150;

function createTimeline(graph, root, actions) {
  let drawn = "", state = null, derived = null;
  const pen = document.createElement("canvas").getContext("2d");

  function passages(d) {
    const found = [];
    for (let s = 0; s < graph.m; s++) {
      if (!derived.holds[s]) continue;
      for (let c = graph.firstClaim[s]; c < graph.firstClaim[s + 1]; c++) {
        if (graph.claims.document[c] === d) found.push({ s, c });
      }
    }
    // Without times, the place in the text stands for the time.
    // (What stands in the head of a transcript has no time even where the speech has.)
    const withTime = found.filter(({ c }) => graph.claims.start_s[c] !== null);
    const timed = withTime.length * 2 >= found.length && withTime.length > 0;
    for (const item of found) item.at = timed ? graph.claims.start_s[item.c] : graph.claims.start[item.c];
    const order = (a, b) => a.at - b.at || a.c - b.c;
    const placed = (timed ? withTime : found).sort(order);
    return { found: placed, timed, untimed: timed ? found.filter((item) => item.at === null) : [] };
  }

  function topics(found, speakers) {
    const spots = new Map();
    for (const { s, at } of found) {
      for (const i of new Set([graph.statements.subject[s], graph.statements.object[s]])) {
        if (i < 0 || speakers.includes(i)) continue;
        if (!spots.has(i)) spots.set(i, []);
        spots.get(i).push({ s, at });
      }
    }
    return [...spots].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]).slice(0, 16);
  }

  function draw() {
    const d = Math.min(state.timeline, graph.documents.length - 1);
    const chooser = el("select", { id: "recording", onchange: (event) => actions.change({ timeline: Number(event.target.value) }) },
      graph.documents.map((document, k) => el("option", { value: k, selected: k === d }, document.date ? `${document.title} (${document.date})` : document.title)));
    const head = el("div", { class: "row head" }, el("label", { for: "recording" }, "Recording"), chooser);
    if (d < 0) {
      root.replaceChildren(el("p", { class: "nothing" }, "This graph holds no recording."));
      return;
    }
    const document = graph.documents[d], { found, timed, untimed } = passages(d);
    if (!found.length) {
      root.replaceChildren(head, el("p", { class: "nothing" }, "No relation of this recording passes the filters. ", button("Reset filters", () => actions.resetFilters())));
      return;
    }
    const end = Math.max(timed ? document.duration_s || 0 : document.n_code_points, found[found.length - 1].at * 1.02, 1);
    root.replaceChildren(head,
      el("p", { class: "soft" }, `${plural(found.length + untimed.length, "passage")} with a relation${untimed.length ? `, ${untimed.length} of them without a time` : ""}. `,
        timed ? "Time runs from left to right; a mark opens what was said." : "This transcript has no times: marks stand where the words stand in the text."),
      el("div", { class: "chart" }, chart(found, d, end, timed)),
      el("h2", { class: "label" }, timed ? "What was said when" : "What was said, in order"),
      list([...found, ...untimed], timed));
  }

  function chart(found, d, end, timed) {
    const speakers = [...new Set([...graph.documents[d].speakers, ...found.map(({ c }) => graph.claims.speaker[c])])];
    const rows = topics(found, speakers);
    const room = root.clientWidth - 48, left = room < 560 ? 96 : LABELS;
    const width = Math.max(320, room), height = speakers.length * LANE + rows.length * TOPIC + 58;
    const x = (at) => left + ((width - left - 12) * at) / end;
    const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Who said what when; the list below says the same" });
    const step = niceStep(end, Math.max(3, Math.floor((width - left) / 90)), timed);
    for (let at = 0; at <= end; at += step) {
      picture.append(svg("line", { x1: x(at), x2: x(at), y1: 18, y2: height - 4, class: "grid" }),
        svg("text", { x: x(at), y: 12, class: x(at) > width - 36 ? "tick last" : "tick" }, timed ? clock(at) : at.toLocaleString("en")));
    }
    let y = 22;
    for (const speaker of speakers) {
      const name = speaker >= 0 ? graph.entities.name[speaker] : "Unknown speaker";
      picture.append(svg("rect", { x: left, y: y + 3, width: width - left - 12, height: LANE - 6, rx: 4, class: "lane" }), rowName(name, y + LANE / 2, left, true));
      for (const { s, c, at } of found) {
        if (graph.claims.speaker[c] === speaker) picture.append(tick(s, c, x(at), y + LANE / 2));
      }
      y += LANE;
    }
    y += 14;
    for (const [i, spots] of rows) {
      picture.append(svg("line", { x1: left, x2: width - 12, y1: y + TOPIC / 2, y2: y + TOPIC / 2, class: "grid" }), rowName(graph.entities.name[i], y + TOPIC / 2, left, false));
      const shape = shapeOf(graph.entities.type[i]);
      for (const { s, at } of spots) {
        picture.append(mark(s, svg("path", { d: SHAPES[shape], class: `type-${shape}`, transform: `translate(${x(at).toFixed(1)} ${y + TOPIC / 2}) scale(5.5)` })));
      }
      y += TOPIC;
    }
    return picture;
  }

  function rowName(name, y, left, strong) {
    return svg("text", { x: left - 8, y: y + 4, class: strong ? "row-name strong" : "row-name" }, fitted(name, left - 12, strong), svg("title", null, name));
  }

  // As much of a name as fits.
  function fitted(name, width, strong) {
    const font = strong ? `600 13px ${FONT}` : `12px ${FONT}`;
    let most = 30, text = shorten(name, most);
    while (most > 3 && textWidth(pen, font, text) > width) text = shorten(name, (most -= 1));
    return text;
  }

  function tick(s, c, x, y) {
    const status = statusName(graph, graph.claims.status[c]);
    return mark(s, status === "negated" ?
      svg("path", { d: `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`, class: "cross" }) :
      svg("rect", { x: x - 2.5, y: y - 9, width: 5, height: 18, rx: 2, class: `tick-${status === "asserted" ? "firm" : "open"}` }));
  }

  function mark(s, shape) {
    shape.append(svg("title", null, sentence(graph, s)));
    shape.classList.add("mark");
    if (s === state.statement) shape.classList.add("chosen");
    shape.addEventListener("click", () => actions.selectStatement(s));
    return shape;
  }

  function list(found, timed) {
    return longList(found.map(({ s, c }) => () => el("li", { class: "moment" },
      el("span", { class: "when" }, timed && graph.claims.start_s[c] !== null ? clock(graph.claims.start_s[c]) : ""),
      el("span", { class: "who soft" }, isolated(speakerName(graph, c))),
      statementSentence(graph, s, actions))), 100, "more passages");
  }

  return {
    update(nextState, nextDerived) {
      state = nextState;
      const key = `${state.timeline}|${root.clientWidth}|${state.statement}`;
      if (key === drawn && derived === nextDerived) return;
      drawn = key;
      derived = nextDerived;
      draw();
    },
  };
}

// A step of 1, 2 or 5 times a power of ten, or the like on a clock, for about `n` parts.
function niceStep(end, n, timed) {
  const rough = end / n;
  if (timed) {
    const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
    return steps.find((step) => step >= rough) || Math.ceil(rough / 14400) * 14400;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return [1, 2, 5, 10].map((k) => k * power).find((step) => step >= rough);
}
