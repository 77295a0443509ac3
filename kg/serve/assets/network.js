// An answer as a small graph: triples as they are, or the first two things of each row as a pair.

import { drawing, element } from "./dom.js";

const MOST_NODES = 80;
const WIDTH = 900;
const HEIGHT = 560;
const ROUNDS = 260;

function isThing(cell) {
  return cell !== null && (cell.type === "uri" || cell.type === "bnode");
}

// The pairs to draw, or null where no row has two things.
export function edgesOf(answer) {
  if (answer.triples) {
    return answer.rows.filter((row) => isThing(row[2])).map((row) => ({ from: row[0], to: row[2], label: row[1] }));
  }
  const columns = answer.columns.map((_, i) => i).filter((i) => answer.rows.some((row) => isThing(row[i])));
  if (columns.length < 2) return null;
  const [from, ...rest] = columns;
  const label = columns.length > 2 ? rest[0] : -1;
  const to = columns.length > 2 ? rest[1] : rest[0];
  return answer.rows.filter((row) => isThing(row[from]) && isThing(row[to]))
    .map((row) => ({ from: row[from], to: row[to], label: label < 0 ? null : row[label] }));
}

export function showNetwork(place, answer, names) {
  const edges = edgesOf(answer);
  if (edges === null || edges.length === 0) {
    place.replaceChildren(element("p", {}, "A graph needs triples (CONSTRUCT, DESCRIBE) or rows with two things in each."));
    return;
  }
  const nodes = new Map();
  const kept = [];
  for (const edge of edges) {
    const fresh = new Set([edge.from.value, edge.to.value].filter((value) => !nodes.has(value)));
    if (nodes.size + fresh.size > MOST_NODES) continue;
    for (const cell of [edge.from, edge.to]) {
      if (!nodes.has(cell.value)) nodes.set(cell.value, { cell, degree: 0, x: 0, y: 0 });
      nodes.get(cell.value).degree += 1;
    }
    kept.push({ from: nodes.get(edge.from.value), to: nodes.get(edge.to.value), label: edge.label });
  }
  const list = [...nodes.values()];
  settle(list, kept);
  const picture = drawing("svg", {
    viewBox: "0 0 " + WIDTH + " " + HEIGHT, role: "img", class: "network",
    "aria-label": list.length + " things and " + kept.length + " relations; the table holds the same",
  });
  for (const edge of kept) {
    picture.append(drawing("line", { x1: edge.from.x, y1: edge.from.y, x2: edge.to.x, y2: edge.to.y },
      drawing("title", {}, names.short(edge.label))));
    if (kept.length <= 30 && edge.label !== null) {
      picture.append(drawing("text", {
        x: (edge.from.x + edge.to.x) / 2, y: (edge.from.y + edge.to.y) / 2 - 3, class: "relation", "text-anchor": "middle",
      }, names.short(edge.label)));
    }
  }
  for (const node of list) {
    const text = names.short(node.cell);
    const shape = [
      drawing("circle", { cx: node.x, cy: node.y, r: 5 + Math.min(10, Math.sqrt(node.degree) * 2) }),
      drawing("text", { x: node.x, y: node.y - 12, "text-anchor": "middle" }, text.length > 28 ? text.slice(0, 27) + "…" : text),
      drawing("title", {}, node.cell.value),
    ];
    const href = names.href(node.cell);
    picture.append(href === null ? drawing("g", {}, ...shape) : drawing("a", { href }, ...shape));
  }
  const note = kept.length < edges.length ? ", " + (edges.length - kept.length) + " more are only in the table" : "";
  place.replaceChildren(element("p", {}, kept.length + " relations" + note), picture);
}

// Fruchterman and Reingold (1991), "Graph drawing by force-directed placement", from a fixed start on a circle.
function settle(nodes, edges) {
  const ideal = Math.sqrt((WIDTH * HEIGHT) / nodes.length) * 0.7;
  nodes.forEach(function (node, i) {
    const angle = (2 * Math.PI * i) / nodes.length;
    node.x = WIDTH / 2 + Math.cos(angle) * WIDTH * 0.35;
    node.y = HEIGHT / 2 + Math.sin(angle) * HEIGHT * 0.35;
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    const heat = (WIDTH / 8) * (1 - round / ROUNDS);
    for (const node of nodes) { node.dx = (WIDTH / 2 - node.x) * 0.02; node.dy = (HEIGHT / 2 - node.y) * 0.02; }
    for (let i = 0; i < nodes.length; i += 1) {
      for (let j = i + 1; j < nodes.length; j += 1) push(nodes[i], nodes[j], (d) => (ideal * ideal) / d);
    }
    for (const edge of edges) {
      if (edge.from !== edge.to) push(edge.from, edge.to, (d) => -(d * d) / ideal);
    }
    for (const node of nodes) {
      const size = Math.hypot(node.dx, node.dy) || 1;
      const step = Math.min(size, heat);
      node.x = Math.min(WIDTH - 60, Math.max(60, node.x + (node.dx / size) * step));
      node.y = Math.min(HEIGHT - 20, Math.max(26, node.y + (node.dy / size) * step));
    }
  }
}

function push(a, b, force) {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const distance = Math.max(1, Math.hypot(x, y));
  const size = force(distance) / distance;
  a.dx += x * size;
  a.dy += y * size;
  b.dx -= x * size;
  b.dy -= y * size;
}
