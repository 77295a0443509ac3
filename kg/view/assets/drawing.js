// Geometry and painting of nodes, relations and labels, for the canvas and for the exported drawing.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

// Nodes grow more slowly than the map when one zooms in, and never vanish when one zooms out.
function screenRadius(graph, i, scale) {
  return Math.min(44, Math.max(4, graph.entities.radius[i] * Math.sqrt(scale) * 1.15));
}

// Relations between the same two entities fan out; a single one bends a little.
function fanOut(graph, edges) {
  const { subject, object } = graph.statements;
  const bundles = new Map();
  for (const s of edges) {
    const low = Math.min(subject[s], object[s]), key = low * graph.n + Math.max(subject[s], object[s]);
    if (!bundles.has(key)) bundles.set(key, []);
    bundles.get(key).push(s);
  }
  const result = [];
  for (const bundle of bundles.values()) {
    bundle.forEach((s, k) => {
      const a = subject[s], b = object[s], turned = a > b ? -1 : 1;
      const bend = bundle.length === 1 ? 0.07 : turned * (k - (bundle.length - 1) / 2) * Math.min(0.16, 0.7 / bundle.length);
      result.push({ s, a, b, bend, loop: a === b ? k + 1 : 0 });
    });
  }
  return result;
}

// Where there are many more relations than entities, the two firmest of each entity carry the picture; the
// others show when one of their ends is chosen.
function thinOut(graph, edges, n) {
  if (edges.length <= Math.max(260, 2 * n)) return edges;
  const strength = ({ s }) => graph.confidence[s] + Math.min(3, graph.statements.n_claims[s]) + (graph.statements.asserted[s] ? 1 : 0);
  const count = new Map(), kept = [];
  for (const edge of [...edges].sort((p, q) => strength(q) - strength(p) || p.s - q.s)) {
    const a = count.get(edge.a) || 0, b = count.get(edge.b) || 0;
    if (a >= 2 && b >= 2) continue;
    count.set(edge.a, a + 1);
    count.set(edge.b, b + 1);
    kept.push(edge);
  }
  return kept;
}

// A quadratic curve from node to node in screen pixels, cut off at the nodes' borders.
function curveOf(edge, from, to, rFrom, rTo) {
  if (edge.loop) {
    const r = rFrom + 8 + 7 * edge.loop;
    return { x1: from.x - r * 0.45, y1: from.y - rFrom * 0.8, cx: from.x, cy: from.y - r * 2.6, x2: from.x + r * 0.45, y2: from.y - rFrom * 0.8 };
  }
  const dx = to.x - from.x, dy = to.y - from.y;
  const cx = (from.x + to.x) / 2 - dy * edge.bend * 2, cy = (from.y + to.y) / 2 + dx * edge.bend * 2;
  const cut = (px, py, r) => {
    const ex = cx - px, ey = cy - py, length = Math.hypot(ex, ey) || 1;
    const step = Math.min(r, length * 0.9) / length;
    return [px + ex * step, py + ey * step];
  };
  const [x1, y1] = cut(from.x, from.y, rFrom + 1), [x2, y2] = cut(to.x, to.y, rTo + 3);
  return { x1, y1, cx, cy, x2, y2 };
}

function curveMiddle(c) {
  return { x: (c.x1 + 2 * c.cx + c.x2) / 4, y: (c.y1 + 2 * c.cy + c.y2) / 4 };
}

// How far a point is from a curve, by nine points on it.
function curveDistance(c, x, y) {
  let best = Infinity, px = c.x1, py = c.y1;
  for (let k = 1; k <= 8; k++) {
    const t = k / 8, u = 1 - t;
    const qx = u * u * c.x1 + 2 * u * t * c.cx + t * t * c.x2, qy = u * u * c.y1 + 2 * u * t * c.cy + t * t * c.y2;
    const dx = qx - px, dy = qy - py, along = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(px + along * dx - x, py + along * dy - y));
    px = qx;
    py = qy;
  }
  return best;
}

// Solid for facts, dashed for what was said with caution, dotted for what was asked, both for what was supposed.
function dashOf(graph, s) {
  const status = statusName(graph, graph.status[s]);
  if (status === "hedged") return "dashed";
  if (status === "hypothetical") return "mixed";
  return status === "question" ? "dotted" : "solid";
}

const DASHES = { solid: [], dashed: [7, 4], dotted: [1.5, 4], mixed: [8, 4, 1.5, 4] };

// Paints relations in screen pixels: one stroke a style, whatever their number.
function paintEdges(ctx, graph, edges, curve, view, colour, width) {
  const arrows = new Path2D(), denied = new Path2D();
  for (const style of Object.keys(DASHES)) {
    const path = new Path2D();
    let any = false;
    for (const edge of edges) {
      if (dashOf(graph, edge.s) !== style) continue;
      const c = curve(edge);
      if (Math.max(c.x1, c.x2, c.cx) < 0 || Math.min(c.x1, c.x2, c.cx) > view.width ||
          Math.max(c.y1, c.y2, c.cy) < 0 || Math.min(c.y1, c.y2, c.cy) > view.height) continue;
      any = true;
      path.moveTo(c.x1, c.y1);
      path.quadraticCurveTo(c.cx, c.cy, c.x2, c.y2);
      const length = Math.hypot(c.x2 - c.cx, c.y2 - c.cy) || 1, ux = (c.x2 - c.cx) / length, uy = (c.y2 - c.cy) / length;
      const size = Math.min(4 + width * 1.6, length * 0.4);
      arrows.moveTo(c.x2, c.y2);
      arrows.lineTo(c.x2 - ux * size - uy * size * 0.45, c.y2 - uy * size + ux * size * 0.45);
      arrows.lineTo(c.x2 - ux * size + uy * size * 0.45, c.y2 - uy * size - ux * size * 0.45);
      arrows.closePath();
      if (graph.denied[edge.s]) {
        const middle = curveMiddle(c);
        denied.moveTo(middle.x - 3, middle.y - 3);
        denied.lineTo(middle.x + 3, middle.y + 3);
        denied.moveTo(middle.x + 3, middle.y - 3);
        denied.lineTo(middle.x - 3, middle.y + 3);
      }
    }
    if (!any) continue;
    ctx.setLineDash(DASHES[style]);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour.line;
    ctx.lineCap = style === "dotted" ? "round" : "butt";
    ctx.stroke(path);
  }
  ctx.setLineDash([]);
  ctx.fillStyle = colour.line;
  ctx.fill(arrows);
  ctx.lineCap = "round";
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = colour.warn;
  ctx.stroke(denied);
}

// Paints one node around the origin of the context.
function paintNode(ctx, type, r, colours, ring) {
  const shape = shapeOf(type);
  ctx.save();
  ctx.scale(r, r);
  ctx.fillStyle = colours.types[shape];
  ctx.fill(PATHS[shape]);
  ctx.lineWidth = 1.4 / r;
  ctx.strokeStyle = colours.back;
  ctx.stroke(PATHS[shape]);
  ctx.restore();
  if (ring) {
    ctx.beginPath();
    ctx.arc(0, 0, r * 1.3 + 4, 0, 2 * Math.PI);
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = colours.accent;
    ctx.stroke();
  }
}

// Which pieces of the screen are taken, in cells of 48 pixels.
class Occupied {
  constructor() {
    this.cells = new Map();
  }

  * keys(box) {
    for (let x = Math.floor(box[0] / 48); x <= Math.floor(box[2] / 48); x++) {
      for (let y = Math.floor(box[1] / 48); y <= Math.floor(box[3] / 48); y++) yield x * 4096 + y;
    }
  }

  hits(box, owner) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) || []) {
        if (other[4] !== owner && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return true;
      }
    }
    return false;
  }

  add(box, owner = -1) {
    const entry = [...box, owner];
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(entry);
    }
  }
}

const widths = new Map();

function textWidth(ctx, font, text) {
  const key = font + text;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 20000) widths.clear();
    ctx.font = font;
    width = ctx.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

function shorten(text, most) {
  const points = [...text.replace(/\s+/gu, " ").trim()];
  return points.length <= most ? points.join("") : points.slice(0, most - 1).join("").trimEnd() + "…";
}

// Where names fit without touching each other or another node, the most important first.
// `nodes` are {i, x, y, r} in screen pixels in order of importance; `loud` ones come first and longer.
// `reserve` may take room before all names.
function placeLabels(ctx, graph, nodes, view, loud, reserve) {
  const taken = new Occupied(), names = new Occupied(), placed = [];
  // The buttons in the corner.
  taken.add([view.width - 54, view.height - 134, view.width, view.height]);
  for (const node of nodes) taken.add([node.x - node.r, node.y - node.r, node.x + node.r, node.y + node.r], node.i);
  for (const box of reserve ? reserve(taken) : []) {
    taken.add(box);
    names.add(box);
  }
  const ordered = loud ? [...nodes.filter((node) => loud.has(node.i)), ...nodes.filter((node) => !loud.has(node.i))] : nodes;
  const insist = Math.min(14, (view.width * view.height) / 45000);
  for (const node of ordered.slice(0, insist)) names.add([node.x - node.r, node.y - node.r, node.x + node.r, node.y + node.r], node.i);
  ordered.forEach((node, rank) => {
    if (node.x < -60 || node.y < -20 || node.x > view.width + 60 || node.y > view.height + 20) return;
    const size = Math.round(11.5 + Math.min(3.5, Math.max(0, node.r - 5) * 0.22));
    const bold = rank < 12 || (loud && loud.has(node.i));
    const font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    const text = shorten(graph.entities.name[node.i], loud && loud.has(node.i) ? 44 : nodes.length < 60 ? 34 : 26);
    if (!text) return;
    const w = textWidth(ctx, font, text) / 2 + 3, h = size * 0.62, gap = (loud && loud.has(node.i) ? node.r * 1.3 + 6 : node.r * 1.15) + 3;
    const spots = [[0, gap + h], [gap + w, 0], [-gap - w, 0], [0, -gap - h]];
    // Names of the few that matter most may cover lesser nodes where nothing else is left, never each other.
    for (const limits of rank < insist ? [taken, names] : [taken]) {
      for (const [dx, dy] of spots) {
        const x = node.x + dx, y = node.y + dy, box = [x - w, y - h, x + w, y + h];
        if (box[0] < 1 || box[2] > view.width - 1 || box[1] < 1 || box[3] > view.height - 1 || limits.hits(box, node.i)) continue;
        taken.add(box);
        names.add(box);
        placed.push({ i: node.i, text, x, y, font, size, bold });
        return;
      }
    }
  });
  return { placed, taken };
}

// Values (numbers, dates, roles) around the entities they are said of, where there is room.
// `valuesOf` gives an entity's statements with a value.
function placeValues(ctx, graph, nodes, view, taken, valuesOf, most) {
  const font = `italic 12px ${FONT}`, placed = [];
  for (const node of nodes) {
    if (node.x < 0 || node.y < 0 || node.x > view.width || node.y > view.height) continue;
    let tries = 0;
    for (const s of valuesOf(node.i).slice(0, most)) {
      const text = shorten(graph.statements.value[s] || "", 26);
      if (!text) continue;
      const w = textWidth(ctx, font, text) / 2 + 4, h = 9;
      for (; tries < 24; tries++) {
        // Twelve directions, starting above right; then the same farther out.
        const angle = -Math.PI / 4 + (tries % 12) * (Math.PI / 6) * (tries % 2 ? 1 : -1), reach = node.r * (node.ringed ? 1.3 : 1) + (tries < 12 ? 24 : 46);
        const x = node.x + Math.cos(angle) * (reach + w * Math.abs(Math.cos(angle))), y = node.y + Math.sin(angle) * reach;
        const box = [x - w, y - h, x + w, y + h];
        if (box[0] < 1 || box[2] > view.width - 1 || box[1] < 1 || box[3] > view.height - 1 || taken.hits(box, -3)) continue;
        taken.add(box);
        placed.push({ s, text, x, y, font, box, from: node });
        tries++;
        break;
      }
    }
  }
  return placed;
}

function paintValues(ctx, placed, colours, chosen) {
  ctx.lineWidth = 1;
  ctx.setLineDash([]);
  for (const { x, y, from, box, s } of placed) {
    const dx = x - from.x, dy = y - from.y, length = Math.hypot(dx, dy) || 1;
    ctx.strokeStyle = s === chosen ? colours.accent : colours.line;
    ctx.beginPath();
    ctx.moveTo(from.x + (dx / length) * (from.r + 2), from.y + (dy / length) * (from.r + 2));
    ctx.lineTo(Math.max(box[0], Math.min(box[2], from.x)), Math.max(box[1], Math.min(box[3], from.y)));
    ctx.stroke();
    ctx.beginPath();
    ctx.roundRect(box[0], box[1], box[2] - box[0], box[3] - box[1], 5);
    ctx.fillStyle = colours.back;
    ctx.fill();
    ctx.stroke();
  }
  for (const value of placed) paintText(ctx, value, value.s === chosen ? colours.ink : colours.soft, colours.back);
}

function paintText(ctx, label, colour, halo) {
  ctx.font = label.font;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = halo;
  ctx.strokeText(label.text, label.x, label.y);
  ctx.fillStyle = colour;
  ctx.fillText(label.text, label.x, label.y);
}

// Names of relations at the middle of their curves, where there is room.
function paintRelationNames(ctx, graph, edges, curve, taken, colours) {
  const font = `500 11px ${FONT}`;
  for (const edge of edges) {
    const middle = curveMiddle(curve(edge));
    const text = shorten(graph.predicates[graph.statements.predicate[edge.s]].label, 30);
    const w = textWidth(ctx, font, text) / 2 + 4, box = [middle.x - w, middle.y - 8, middle.x + w, middle.y + 8];
    if (taken.hits(box, -2)) continue;
    taken.add(box);
    paintText(ctx, { text, font, x: middle.x, y: middle.y }, colours.soft, colours.back);
  }
}

// The outline of a cloud of points: Andrew (1979), "Another efficient algorithm for convex hulls in two dimensions".
function hullOf(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list) => {
    const hull = [];
    for (const p of list) {
      while (hull.length > 1) {
        const a = hull[hull.length - 2], b = hull[hull.length - 1];
        if ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0) break;
        hull.pop();
      }
      hull.push(p);
    }
    hull.pop();
    return hull;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
