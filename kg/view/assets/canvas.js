// The drawn graph: vis-network holds nodes and camera; relations, names and emphasis are painted around it.
// Emphasis is a veil with the chosen part painted over it, so that selecting costs the same in every graph.

function createCanvas(graph, container, actions) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const nodes = new vis.DataSet();
  let colours = readColours(), spots = new Map(), edges = [], drawn = [], order = [], scene = null, hover = { entity: -1, statement: -1 };
  let labels = [], values = [];
  const paint = ({ ctx, id, x, y }) => {
    const scale = network.getScale(), r = screenRadius(graph, id, scale) / scale;
    return {
      drawNode() {
        ctx.translate(x, y);
        ctx.scale(1 / scale, 1 / scale);
        paintNode(ctx, graph.entities.type[id], r * scale, colours, false);
      },
      nodeDimensions: { width: 2 * r, height: 2 * r },
    };
  };
  let network = null;
  network = new vis.Network(container, { nodes, edges: new vis.DataSet() }, {
    physics: false, autoResize: true, layout: { improvedLayout: false, randomSeed: 1 },
    interaction: { selectable: false, hover: false, dragNodes: true, keyboard: false, zoomSpeed: 0.8 },
    nodes: { shape: "custom", ctxRenderer: paint, chosen: false },
  });

  const view = () => {
    const scale = network.getScale(), centre = network.getViewPosition();
    const width = container.clientWidth, height = container.clientHeight;
    return { scale, width, height, x: width / 2 - centre.x * scale, y: height / 2 - centre.y * scale };
  };
  const onScreen = (i, v) => {
    const spot = spots.get(i);
    return { x: spot.x * v.scale + v.x, y: spot.y * v.scale + v.y };
  };
  const curveIn = (v) => (edge) => curveOf(edge, onScreen(edge.a, v), onScreen(edge.b, v),
    screenRadius(graph, edge.a, v.scale), screenRadius(graph, edge.b, v.scale));
  const inPixels = (ctx, work) => {
    const density = ctx.canvas.width / (container.clientWidth || 1);
    ctx.save();
    ctx.setTransform(density, 0, 0, density, 0, 0);
    work();
    ctx.restore();
  };

  network.on("beforeDrawing", (ctx) => {
    if (!scene) return;
    const v = view();
    inPixels(ctx, () => {
      ctx.fillStyle = colours.back;
      ctx.fillRect(0, 0, v.width, v.height);
      if (scene.groups) paintGroups(ctx, v);
      paintEdges(ctx, graph, drawn, curveIn(v), v, { line: colours.line, warn: colours.warn }, drawn.length > 400 ? 0.8 : 1.1);
    });
  });

  network.on("afterDrawing", (ctx) => {
    if (!scene) return;
    const v = view(), curve = curveIn(v);
    inPixels(ctx, () => {
      const loud = emphasis();
      const marked = loud ? edges.filter((edge) => loud.statements.has(edge.s)) : [];
      if (loud) {
        ctx.fillStyle = colours.veil;
        ctx.fillRect(0, 0, v.width, v.height);
        paintEdges(ctx, graph, marked, curve, v, { line: colours.strong, warn: colours.warn }, 1.8);
      }
      const seen = (loud ? order.filter((i) => loud.entities.has(i)) : order)
        .map((i) => ({ i, r: screenRadius(graph, i, v.scale), ...onScreen(i, v) }));
      if (loud) {
        for (let k = seen.length - 1; k >= 0; k--) {
          ctx.save();
          ctx.translate(seen[k].x, seen[k].y);
          paintNode(ctx, graph.entities.type[seen[k].i], seen[k].r, colours, loud.ringed.has(seen[k].i));
          ctx.restore();
        }
      }
      const titles = [];
      const { placed, taken } = placeLabels(ctx, graph, seen, v, loud && loud.ringed, scene.groups && !loud ? (room) => placeGroupNames(ctx, v, room, titles) : null);
      if (loud && marked.length <= 40) paintRelationNames(ctx, graph, marked, curve, taken, colours);
      // Everywhere in a small graph or a near view, else around what is chosen.
      const rich = loud ? seen.filter((node) => loud.ringed.has(node.i)).map((node) => ({ ...node, ringed: true })) : order.length <= 150 || v.scale > 0.9 ? seen : [];
      values = placeValues(ctx, graph, rich, v, taken, valuesOf, loud ? 8 : 3);
      paintValues(ctx, values, colours, scene.statement);
      for (const label of placed) paintText(ctx, label, label.bold ? colours.ink : colours.soft, colours.back);
      labels = placed;
      for (const title of titles) paintText(ctx, title, colours.accent, colours.back);
    });
    actions.drawn();
  });

  // Statements of an entity that have a value and pass the filters; the chosen one first.
  function valuesOf(i) {
    const found = [...statementsOf(graph, i)].filter((s) => graph.statements.object[s] < 0 && (scene.holds[s] || s === scene.statement));
    return found.includes(scene.statement) ? [scene.statement, ...found.filter((s) => s !== scene.statement)] : found;
  }

  // What stands out: a pointed-at thing before a selected one, a path or group before nothing.
  function emphasis() {
    const entities = new Set(), statements = new Set(), ringed = new Set();
    const takeStatement = (s) => {
      statements.add(s);
      for (const i of [graph.statements.subject[s], graph.statements.object[s]]) if (i >= 0) entities.add(i);
    };
    const takeEntity = (i) => {
      ringed.add(i);
      entities.add(i);
      edges.forEach((edge) => (edge.a === i || edge.b === i) && takeStatement(edge.s));
    };
    if (hover.entity >= 0 && spots.has(hover.entity)) takeEntity(hover.entity);
    else if (hover.statement >= 0) takeStatement(hover.statement);
    else if (scene.statement >= 0) {
      takeStatement(scene.statement);
      entities.forEach((i) => ringed.add(i));
    } else if (scene.path) {
      scene.path.statements.forEach(takeStatement);
      scene.path.entities.forEach((i) => ringed.add(i));
    } else if (scene.entity >= 0) takeEntity(scene.entity);
    else if (scene.group >= 0) {
      order.forEach((i) => graph.entities.group[i] === scene.group && entities.add(i));
      edges.forEach((edge) => entities.has(edge.a) && entities.has(edge.b) && statements.add(edge.s));
    } else return null;
    for (const i of entities) if (!spots.has(i)) entities.delete(i);
    return { entities, statements, ringed };
  }

  function groupHulls(v) {
    const members = new Map();
    for (const i of order) {
      const group = graph.entities.group[i];
      if (group < 0) continue;
      if (!members.has(group)) members.set(group, []);
      members.get(group).push(onScreen(i, v));
    }
    return [...members].filter(([, points]) => points.length >= 3).map(([group, points]) => ({ group, hull: hullOf(points), points }));
  }

  function paintGroups(ctx, v) {
    ctx.fillStyle = colours.hull;
    for (const { hull } of groupHulls(v)) {
      // A circle around each corner, and the outline of all of them: the group with room around it.
      const around = hull.flatMap((p) => Array.from({ length: 12 }, (_, k) => ({ x: p.x + 22 * Math.cos((k * Math.PI) / 6), y: p.y + 22 * Math.sin((k * Math.PI) / 6) })));
      ctx.beginPath();
      hullOf(around).forEach((p, k) => (k ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
      ctx.closePath();
      ctx.fill();
    }
  }

  function placeGroupNames(ctx, v, taken, titles) {
    const boxes = [];
    const font = `600 11px ${FONT}`;
    for (const { group, points } of groupHulls(v)) {
      const text = shorten(graph.groups[group], 44), w = textWidth(ctx, font, text) / 2 + 2;
      const top = points.reduce((p, q) => (q.y < p.y ? q : p)), bottom = points.reduce((p, q) => (q.y > p.y ? q : p));
      for (const [px, y] of [[top.x, top.y - 32], [bottom.x, bottom.y + 38], [top.x, top.y - 46], [bottom.x, bottom.y + 52]]) {
        const x = Math.max(w + 4, Math.min(v.width - w - 4, px)), box = [x - w, y - 8, x + w, y + 8];
        if (taken.hits(box, -2) || boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
        boxes.push(box);
        titles.push({ text, font, x, y });
        break;
      }
    }
    return boxes;
  }

  // The drawing is wider than high; a tall window stretches it, so that the room is used.
  const stretch = (() => {
    const stage = byId("stage"), xs = [], ys = [];
    for (let i = 0; i < graph.n && xs.length < graph.source.start.max_nodes; i++) {
      if (!graph.entities.degree[i]) continue;
      xs.push(graph.entities.x[i]);
      ys.push(graph.entities.y[i]);
    }
    if (xs.length < 3) return 1;
    const wide = Math.max(1, Math.max(...xs) - Math.min(...xs)), high = Math.max(1, Math.max(...ys) - Math.min(...ys));
    return Math.min(1.7, Math.max(0.8, ((stage.clientHeight || 1) / (stage.clientWidth || 1)) * (wide / high)));
  })();

  // Positions: as computed at build time; the focus stands in the middle with rings around it.
  function arrange(shown, state) {
    const result = new Map();
    if (state.focus >= 0) {
      rings(graph, state.focus, shown, edges).forEach((spot, i) => result.set(i, spot));
    } else {
      const cells = new Map(), cell = (x, y) => `${Math.round(x / 70)},${Math.round(y / 70)}`;
      const free = (x, y, r) => {
        for (let dx = -1; dx <= 1; dx++) {
          for (let dy = -1; dy <= 1; dy++) {
            for (const other of cells.get(cell(x + dx * 70, y + dy * 70)) || []) {
              if (Math.abs(other.x - x) < r + other.r + 16 && Math.abs(other.y - y) < r + other.r + 12) return false;
            }
          }
        }
        return true;
      };
      for (const i of shown) {
        const r = graph.entities.radius[i];
        const x0 = graph.entities.x[i], y0 = graph.entities.y[i] * stretch;
        let x = x0, y = y0;
        // Outside the part that was laid out with care, step aside along a spiral until there is room.
        for (let k = 1; k < 160 && !free(x, y, r); k++) {
          x = x0 + 13 * Math.sqrt(k) * 2 * Math.cos(k * 2.39996);
          y = y0 + 13 * Math.sqrt(k) * 2 * Math.sin(k * 2.39996);
        }
        const key = cell(x, y);
        if (!cells.has(key)) cells.set(key, []);
        cells.get(key).push({ x, y, r });
        result.set(i, { x, y });
      }
    }
    return result;
  }

  let shape = "";
  function show(state, derived) {
    scene = { entity: state.entity, statement: state.statement, group: state.group, groups: state.groups, path: derived.path, holds: derived.holds };
    const shown = [...derived.shown].sort((a, b) => a - b);
    const nextShape = `${state.focus}|${shown.join()}|${derived.edges.length}`;
    if (nextShape !== shape) {
      shape = nextShape;
      order = shown;
      edges = fanOut(graph, derived.edges);
      drawn = thinOut(graph, edges, shown.length);
      spots = arrange(shown, state);
      const gone = nodes.getIds().filter((i) => !spots.has(i));
      nodes.remove(gone);
      // The most important ones are added, and so drawn, last.
      nodes.update([...shown].reverse().map((i) => ({ id: i, x: spots.get(i).x, y: spots.get(i).y })));
      // vis-network never learns how large a shape of our own is, and would leave out all nodes as soon as its
      // origin is off screen; a few hundred nodes can always be painted.
      for (const i of shown) network.body.nodes[i].shape.boundingBox = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
      hover = { entity: -1, statement: -1 };
    }
    network.redraw();
  }

  function boundsOf(list) {
    const xs = list.map((i) => spots.get(i).x), ys = list.map((i) => spots.get(i).y);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  let fitted = false;
  function fit(list = order, animate = true) {
    const there = list.filter((i) => spots.has(i));
    if (!there.length || !container.clientWidth) return;
    fitted = true;
    const box = boundsOf(there), margin = container.clientWidth < 500 ? 36 : 56, hint = byId("hint");
    const above = hint.hidden ? 0 : hint.offsetHeight;
    const scale = Math.max(0.02, Math.min(1.5, (container.clientWidth - 2 * margin) / Math.max(1, box.right - box.left),
      (container.clientHeight - 2 * margin - above) / Math.max(1, box.bottom - box.top)));
    move({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 - above / 2 / scale }, scale, animate);
  }

  function move(position, scale, animate) {
    network.moveTo({ position, scale, animation: animate && !calm.matches ? { duration: 320, easingFunction: "easeInOutQuad" } : false });
  }

  // Brings an entity on screen with its neighbours, moving no more than needed.
  function look(i) {
    if (!spots.has(i)) return;
    const near = new Set([i]);
    for (const { a, b } of edges) if (a === i || b === i) near.add(a === i ? b : a);
    const v = view(), box = boundsOf([...near]), margin = 56;
    const inside = box.left * v.scale + v.x > 20 && box.right * v.scale + v.x < v.width - 20 &&
      box.top * v.scale + v.y > 20 && box.bottom * v.scale + v.y < v.height - 20;
    const roomy = Math.max(v.scale, Math.min(0.9, (v.width - 2 * margin) / Math.max(1, box.right - box.left), (v.height - 2 * margin) / Math.max(1, box.bottom - box.top)));
    if (inside && v.scale > roomy * 0.8) return;
    move(near.size > 40 ? spots.get(i) : { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, inside ? roomy : Math.min(roomy, 1.1), true);
  }

  // Brings both ends of a relation on screen, apart enough to tell them from each other.
  function lookAtStatement(s) {
    const ends = [graph.statements.subject[s], graph.statements.object[s]].filter((i) => spots.has(i));
    if (!ends.length) return;
    const v = view(), points = ends.map((i) => onScreen(i, v));
    const inside = points.every((p) => p.x > 40 && p.y > 40 && p.x < v.width - 40 && p.y < v.height - 40);
    const gap = points.length > 1 ? Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y) : 200;
    if (inside && gap > 70) return;
    const box = boundsOf(ends), wanted = gap < 70 ? v.scale * Math.min(4, 110 / Math.max(8, gap)) : v.scale;
    const most = Math.min((v.width - 160) / Math.max(1, box.right - box.left), (v.height - 160) / Math.max(1, box.bottom - box.top));
    move({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, Math.max(0.05, Math.min(wanted, most, 2)), true);
  }

  function nodeAt(x, y) {
    const v = view();
    let found = -1, best = Infinity;
    for (const i of order) {
      const p = onScreen(i, v), distance = Math.hypot(p.x - x, p.y - y) - screenRadius(graph, i, v.scale);
      // A target is at least 24 pixels wide, however small its node is drawn.
      if (distance < best && distance < Math.max(2, 13 - screenRadius(graph, i, v.scale))) {
        best = distance;
        found = i;
      }
    }
    return found;
  }

  function edgeAt(x, y) {
    const value = values.find(({ box }) => x > box[0] - 2 && x < box[2] + 2 && y > box[1] - 3 && y < box[3] + 3);
    if (value) return value.s;
    const curve = curveIn(view());
    let found = -1, best = 7;
    for (const edge of drawn) {
      const distance = curveDistance(curve(edge), x, y);
      if (distance < best) {
        best = distance;
        found = edge.s;
      }
    }
    return found;
  }

  function point(entity, statement) {
    if (entity === hover.entity && statement === hover.statement) return;
    hover = { entity, statement };
    container.style.cursor = entity >= 0 || statement >= 0 ? "pointer" : "";
    network.redraw();
  }

  network.on("click", ({ pointer }) => {
    const { x, y } = pointer.DOM, i = nodeAt(x, y), s = i < 0 ? edgeAt(x, y) : -1;
    if (i >= 0) actions.selectEntity(i, false);
    else if (s >= 0) actions.selectStatement(s);
    else actions.clear();
  });
  network.on("doubleClick", ({ pointer }) => {
    const i = nodeAt(pointer.DOM.x, pointer.DOM.y);
    if (i >= 0) actions.focus(i);
  });
  network.on("dragEnd", ({ nodes: moved }) => {
    for (const [i, spot] of Object.entries(network.getPositions(moved || []))) spots.set(Number(i), spot);
  });
  network.on("dragging", ({ nodes: moved }) => {
    for (const [i, spot] of Object.entries(network.getPositions(moved || []))) spots.set(Number(i), spot);
  });
  let pending = null;
  container.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.buttons) return;
    const box = container.getBoundingClientRect();
    if (!pending) {
      requestAnimationFrame(() => {
        const { x, y } = pending;
        pending = null;
        const i = nodeAt(x, y);
        point(i, i < 0 ? edgeAt(x, y) : -1);
      });
    }
    pending = { x: event.clientX - box.left, y: event.clientY - box.top };
  });
  container.addEventListener("pointerleave", () => point(-1, -1));

  // The neighbour that lies nearest to a direction.
  function toward(i, dx, dy) {
    const from = spots.get(i);
    let found = -1, best = -0.2;
    for (const edge of edges) {
      if (edge.a !== i && edge.b !== i) continue;
      const other = edge.a === i ? edge.b : edge.a;
      if (other === i) continue;
      const ox = spots.get(other).x - from.x, oy = spots.get(other).y - from.y;
      const score = (ox * dx + oy * dy) / (Math.hypot(ox, oy) || 1) - Math.hypot(ox, oy) / 20000;
      if (score > best) {
        best = score;
        found = other;
      }
    }
    return found;
  }

  function zoom(factor) {
    move(network.getViewPosition(), Math.min(6, Math.max(0.02, network.getScale() * factor)), true);
  }

  return {
    network, show, fit, look, lookAtStatement, zoom, toward, point, nodeAt, view, onScreen,
    order: () => order, edges: () => edges, drawn: () => drawn, labels: () => labels, values: () => values, curve: () => curveIn(view()), colours: () => colours,
    // After having been hidden or resized.
    resize() {
      if (!container.clientWidth) return;
      network.setSize("100%", "100%");
      network.redraw();
      if (!fitted) fit(undefined, false);
    },
    recolour() {
      colours = readColours();
      network.redraw();
    },
    spotOf: (i) => onScreen(i, view()),
  };
}

// The focus in the middle, its neighbours on rings around it, theirs farther out near to them.
function rings(graph, focus, shown, edges) {
  const near = new Map(shown.map((i) => [i, []]));
  for (const { a, b } of edges) {
    near.get(a).push(b);
    near.get(b).push(a);
  }
  const result = new Map([[focus, { x: 0, y: 0 }]]), angle = new Map([[focus, 0]]);
  let ring = [focus], reach = 0;
  const left = new Set(shown);
  left.delete(focus);
  while (left.size) {
    const next = new Map();
    for (const i of ring) for (const other of near.get(i)) if (left.has(other) && !next.has(other)) next.set(other, i);
    // Whatever hangs on nothing here stands on the last ring.
    if (!next.size) for (const i of left) next.set(i, focus);
    const members = [...next.keys()].sort((a, b) => (ring[0] === focus ? 0 : angle.get(next.get(a)) - angle.get(next.get(b))) ||
      graph.entities.group[a] - graph.entities.group[b] || graph.entities.type[a] - graph.entities.type[b] || a - b);
    // Crowded rings take two or three rows, so that names stay legible and the circle small.
    const rows = Math.max(1, Math.min(4, Math.ceil(members.length / 26))), row = 74;
    const inner = Math.max(reach + 150, (members.length * 58) / (2 * Math.PI * rows));
    members.forEach((i, k) => {
      const turn = (2 * Math.PI * k) / members.length - Math.PI / 2, r = inner + (k % rows) * row;
      angle.set(i, turn);
      result.set(i, { x: Math.round(r * 1.15 * Math.cos(turn)), y: Math.round(r * Math.sin(turn)) });
      left.delete(i);
    });
    reach = inner + (rows - 1) * row;
    ring = members;
  }
  return result;
}
