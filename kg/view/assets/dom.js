// Elements are made here and nowhere else; text goes in as text.

const SVG = "http://www.w3.org/2000/svg";

// el("p", {class: "quote", onclick: f}, "text", child): properties that start with "on" are listeners.
function el(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

function svg(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(node, properties, children) {
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "href") throw new Error("links are made by link()");
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// A link to another site, or its text alone where the address is no web address.
function link(address, ...children) {
  const url = webAddress(address);
  if (!url) return el("span", null, ...children);
  const node = el("a", { target: "_blank", rel: "noopener noreferrer" }, ...children);
  node.href = url.href;
  return node;
}

function button(text, onclick, properties) {
  return el("button", { type: "button", onclick, ...properties }, text);
}

function byId(id) {
  return document.getElementById(id);
}

// A name in its own direction: right-to-left names do not turn the sentence around them.
function isolated(text, properties) {
  return el("bdi", properties, text);
}

// Redraws a part of the page without throwing a keyboard user out of it: the same control keeps the focus, or
// the part itself takes it.
function keepFocus(root, draw, always = false) {
  const active = root.contains(document.activeElement) && document.activeElement !== root ? document.activeElement : null;
  const name = (node) => node.id || node.textContent.replace(/[↑↓]/gu, "").trim();
  const key = active && name(active);
  draw();
  if (!active || root.contains(document.activeElement)) return;
  const again = always ? null : [...root.querySelectorAll(active.tagName)].find((node) => name(node) === key && !node.disabled);
  (again || root).focus({ preventScroll: true });
}

function later(work, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}

function saveFile(name, type, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const node = document.createElement("a");
  node.href = address;
  node.download = name;
  node.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
