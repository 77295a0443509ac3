// One shape and one colour a type, by the type's position in the schema; the same paths on canvas and in SVG.

const SHAPES = [
  circlePath(1), roundedPath(0.9, 0.9, 0.28), polygonPath(6, 1.08, 30), polygonPath(4, 1.22, 0), roundedPath(1.2, 0.7, 0.7),
  polygonPath(3, 1.28, -90, 0.14), polygonPath(3, 1.28, 90, -0.14), starPath(5, 1.3, 0.62), polygonPath(5, 1.12, -90), crossPath(1.05, 0.42),
];

function circlePath(r) {
  return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
}

function polygonPath(corners, r, turn, down = 0) {
  return corner(corners, (k) => [r, turn + (360 * k) / corners], down);
}

function starPath(points, r, inner) {
  return corner(points * 2, (k) => [k % 2 ? inner : r, -90 + (180 * k) / points], 0.06);
}

function corner(n, at, down) {
  const spots = [];
  for (let k = 0; k < n; k++) {
    const [r, degrees] = at(k);
    const angle = (degrees * Math.PI) / 180;
    spots.push(`${(r * Math.cos(angle)).toFixed(4)} ${(r * Math.sin(angle) + down).toFixed(4)}`);
  }
  return `M${spots.join("L")}Z`;
}

function roundedPath(w, h, r) {
  return `M${-w + r} ${-h}H${w - r}A${r} ${r} 0 0 1 ${w} ${-h + r}V${h - r}A${r} ${r} 0 0 1 ${w - r} ${h}` +
    `H${-w + r}A${r} ${r} 0 0 1 ${-w} ${h - r}V${-h + r}A${r} ${r} 0 0 1 ${-w + r} ${-h}Z`;
}

function crossPath(r, w) {
  return `M${-w} ${-r}H${w}V${-w}H${r}V${w}H${w}V${r}H${-w}V${w}H${-r}V${-w}H${-w}Z`;
}

const PATHS = SHAPES.map((path) => new Path2D(path));

function shapeOf(type) {
  return type % SHAPES.length;
}

// The sign of a type beside text.
function typeSign(type, size = 16) {
  return svg("svg", { class: "sign", width: size, height: size, viewBox: "-1.5 -1.5 3 3", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: SHAPES[shapeOf(type)], class: `type-${shapeOf(type)}` }));
}

// Colours of the theme in force, read from the style sheet.
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    back: read("--back"), ink: read("--ink"), soft: read("--soft"), line: read("--edge"), strong: read("--edge-strong"),
    accent: read("--accent"), warn: read("--warn"), hull: read("--hull"), veil: read("--veil"),
    types: SHAPES.map((_, i) => read(`--type-${i}`)),
  };
}
