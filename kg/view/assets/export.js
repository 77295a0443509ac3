// What is on screen as a picture or a drawing; what passes the filters as a table or as data with its evidence.

function createExport(graph, canvas, current) {
  const name = (graph.title.normalize("NFKD").replace(/[^\w]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase().slice(0, 60)) || "graph";

  function png() {
    canvas.network.canvas.frame.canvas.toBlob((blob) => saveFile(`${name}.png`, "image/png", blob), "image/png");
  }

  function drawing() {
    const view = canvas.view(), colours = canvas.colours(), curve = canvas.curve();
    const root = svg("svg", { xmlns: SVG, width: view.width, height: view.height, viewBox: `0 0 ${view.width} ${view.height}`, "font-family": "system-ui, sans-serif" },
      svg("title", null, graph.title), svg("rect", { width: "100%", height: "100%", fill: colours.back }));
    for (const edge of canvas.drawn()) {
      const c = curve(edge), dash = DASHES[dashOf(graph, edge.s)].join(" ");
      const length = Math.hypot(c.x2 - c.cx, c.y2 - c.cy) || 1, ux = ((c.x2 - c.cx) / length) * 5, uy = ((c.y2 - c.cy) / length) * 5;
      root.append(svg("path", { d: `M${f(c.x1)} ${f(c.y1)}Q${f(c.cx)} ${f(c.cy)} ${f(c.x2)} ${f(c.y2)}`, fill: "none", stroke: colours.line, "stroke-width": 1.1, "stroke-dasharray": dash || null },
        svg("title", null, sentence(graph, edge.s))),
      svg("path", { d: `M${f(c.x2)} ${f(c.y2)}L${f(c.x2 - ux - uy * 0.45)} ${f(c.y2 - uy + ux * 0.45)}L${f(c.x2 - ux + uy * 0.45)} ${f(c.y2 - uy - ux * 0.45)}Z`, fill: colours.line }));
      if (graph.denied[edge.s]) {
        const m = curveMiddle(c);
        root.append(svg("path", { d: `M${f(m.x - 4)} ${f(m.y - 4)}l8 8m0 -8l-8 8`, stroke: colours.warn, "stroke-width": 2, fill: "none" }));
      }
    }
    for (const i of [...canvas.order()].reverse()) {
      const p = canvas.onScreen(i, view), r = screenRadius(graph, i, view.scale), shape = shapeOf(graph.entities.type[i]);
      root.append(svg("path", { d: SHAPES[shape], fill: colours.types[shape], stroke: colours.back, "stroke-width": f(1.4 / r), transform: `translate(${f(p.x)} ${f(p.y)}) scale(${f(r)})` },
        svg("title", null, graph.entities.name[i])));
    }
    for (const { x, y, text, box, from } of canvas.values()) {
      root.append(svg("path", { d: `M${f(from.x)} ${f(from.y)}L${f(Math.max(box[0], Math.min(box[2], from.x)))} ${f(Math.max(box[1], Math.min(box[3], from.y)))}`, stroke: colours.line }),
        svg("rect", { x: f(box[0]), y: f(box[1]), width: f(box[2] - box[0]), height: f(box[3] - box[1]), rx: 5, fill: colours.back, stroke: colours.line }),
        svg("text", { x: f(x), y: f(y), "text-anchor": "middle", "dominant-baseline": "central", "font-size": 12, "font-style": "italic", fill: colours.soft }, text));
    }
    for (const label of canvas.labels()) {
      root.append(svg("text", { x: f(label.x), y: f(label.y), "text-anchor": "middle", "dominant-baseline": "central", "font-size": label.size, "font-weight": label.bold ? 600 : 400,
        fill: label.bold ? colours.ink : colours.soft, stroke: colours.back, "stroke-width": 3.5, "paint-order": "stroke", "stroke-linejoin": "round" }, label.text));
    }
    return new XMLSerializer().serializeToString(root);
  }

  function f(value) {
    return Number(value.toFixed(2));
  }

  function passing() {
    const { derived } = current(), found = [];
    for (let s = 0; s < graph.m; s++) if (derived.holds[s]) found.push(s);
    return found;
  }

  const iri = (i) => absolute(graph.entities.id[i]);
  const absolute = (local) => (/^[a-z][a-z0-9+.-]*:/i.test(local) ? local : graph.base + local);

  function csv() {
    // A spreadsheet runs what begins like a formula; a leading apostrophe keeps it text.
    const cell = (value) => {
      const text = String(value ?? "").replace(/^(?=[=+\-@\t\r])/, "'");
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const rows = [["subject", "predicate", "object", "assertion", "confidence", "passages", "speakers", "recordings", "subject_iri", "object_iri", "statement_iri"]];
    for (const s of passing()) {
      const claims = claimsOf(graph, s), o = graph.statements.object[s];
      rows.push([
        graph.entities.name[graph.statements.subject[s]], graph.predicates[graph.statements.predicate[s]].name, objectName(graph, s), statusName(graph, graph.status[s]),
        graph.confidence[s].toFixed(3), claims.length, [...new Set(claims.map((c) => speakerName(graph, c)))].join("; "),
        [...new Set(claims.map((c) => (graph.documents[graph.claims.document[c]] || { title: "" }).title))].join("; "),
        iri(graph.statements.subject[s]), o >= 0 ? iri(o) : "", absolute(graph.statements.prefix + graph.statements.id[s]),
      ]);
    }
    return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  function json() {
    const { derived } = current(), { claims } = graph, entities = [];
    for (let i = 0; i < graph.n; i++) {
      if (derived.passes[i]) {
        entities.push({
          id: iri(i), name: graph.entities.name[i], type: graph.types[graph.entities.type[i]].name, aliases: graph.entities.aliases[i] || [],
          same_as: graph.entities.same_as[i] || [], n_mentions: graph.entities.mentions[i],
        });
      }
    }
    const statements = passing().map((s) => ({
      id: absolute(graph.statements.prefix + graph.statements.id[s]), subject: iri(graph.statements.subject[s]),
      predicate: graph.predicates[graph.statements.predicate[s]].name,
      object: graph.statements.object[s] >= 0 ? iri(graph.statements.object[s]) : null, value: graph.statements.object[s] >= 0 ? null : objectName(graph, s),
      sentence: sentence(graph, s),
      claims: claimsOf(graph, s).map((c) => ({
        id: absolute(claims.prefix + claims.id[c]), assertion: statusName(graph, claims.status[c]), confidence: claims.confidence[c],
        speaker: claims.speaker[c] >= 0 ? iri(claims.speaker[c]) : null, document: (graph.documents[claims.document[c]] || { iri: null }).iri,
        quote: claims.quote[c] || null, start: claims.start[c], end: claims.start[c] + claims.length[c], start_s: claims.start_s[c],
        time_precision: graph.source.precisions[claims.precision[c]] || null, qualifiers: Object.fromEntries(claims.qualifiers[c] || []),
      })),
    }));
    return JSON.stringify({ title: graph.title, base: graph.base, entities, statements }, null, 1) + "\n";
  }

  return {
    drawing, csv, json,
    save(kind) {
      if (kind === "png") png();
      else if (kind === "svg") saveFile(`${name}.svg`, "image/svg+xml", drawing());
      else if (kind === "csv") saveFile(`${name}.csv`, "text/csv", "\ufeff" + csv());
      else if (kind === "json") saveFile(`${name}.json`, "application/json", json());
    },
  };
}
