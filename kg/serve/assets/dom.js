// Makes elements. Text only ever goes in as text, so nothing in the graph can become markup.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes, ...children) {
  return finish(document.createElement(name), attributes, children);
}

export function drawing(name, attributes, ...children) {
  return finish(document.createElementNS(SVG, name), attributes, children);
}

function finish(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined) node.append(child);
  }
  return node;
}
