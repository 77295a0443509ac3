// The query page: ready questions, the editor, and the answer as table, chart and graph.

import { fromResults, fromTriples, makeNames } from "./answers.js";
import { chartColumns, showChart } from "./chart.js";
import { element } from "./dom.js";
import { makeEditor } from "./editor.js";
import { edgesOf, showNetwork } from "./network.js";
import { showTable } from "./table.js";

const root = document.body.dataset.root || "";
const byId = (id) => document.getElementById(id);
const FIRST = "SELECT ?type (COUNT(?thing) AS ?things) {\n  ?thing kg:mentionCount ?n ; a ?type\n}\n"
  + "GROUP BY ?type\nORDER BY DESC(?things)\n";
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";

let known = { base: "", prefixes: {}, questions: [] };
let names = makeNames(root, "", {});
let running = null;
let last = null;
let lastText = "";

const editor = makeEditor(byId("query"), byId("coloured"), run);

function say(text) { byId("status").textContent = text; }

function fail(text) {
  byId("fault").textContent = text;
  byId("fault").hidden = text === "";
}

function send(text, accept, signal) {
  // A form body, since a query can be longer than an address may be.
  return fetch(root + "/sparql", {
    method: "POST", body: new URLSearchParams({ query: text }), headers: { Accept: accept }, signal,
  });
}

async function run() {
  if (running) running.abort();
  const mine = running = new AbortController();
  const started = performance.now();
  fail("");
  say("Running …");
  byId("stop").disabled = false;
  history.replaceState(null, "", "#query=" + encodeURIComponent(editor.text));
  try {
    lastText = editor.text;
    const response = await send(lastText, ACCEPT, mine.signal);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    const isResults = (response.headers.get("Content-Type") || "").includes("json");
    last = isResults ? fromResults(JSON.parse(text)) : fromTriples(text);
    show();
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const cut = last.truncated ? " (" + last.truncated + ")" : "";
    say(last.rows.length.toLocaleString("en") + (last.rows.length === 1 ? " row" : " rows") + " in " + seconds + " s" + cut);
  } catch (error) {
    if (running !== mine) return;
    byId("answer").hidden = true;
    say(error.name === "AbortError" ? "Stopped" : "");
    if (error.name !== "AbortError") fail(error.message);
  } finally {
    if (running === mine) {
      running = null;
      byId("stop").disabled = true;
    }
  }
}

const TABS = ["table", "chart", "graph"];
const SHOW = { table: showTable, chart: showChart, graph: showNetwork };

function show() {
  byId("answer").hidden = false;
  byId("tab-chart").disabled = chartColumns(last) === null;
  const edges = edgesOf(last);
  byId("tab-graph").disabled = edges === null || edges.length === 0;
  select(last.triples && edges.length > 0 ? "graph" : "table");
}

function select(name) {
  for (const one of TABS) {
    const on = one === name;
    byId("tab-" + one).setAttribute("aria-selected", String(on));
    byId("tab-" + one).tabIndex = on ? 0 : -1;
    byId("view-" + one).hidden = !on;
  }
  SHOW[name](byId("view-" + name), last, names);
}

for (const name of TABS) byId("tab-" + name).addEventListener("click", () => select(name));
byId("tabs").addEventListener("keydown", function (event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.getAttribute("role") !== "tab") return;
  const open = TABS.filter((one) => !byId("tab-" + one).disabled);
  const at = open.findIndex((one) => "tab-" + one === event.target.id);
  const next = open[(at + step + open.length) % open.length];
  select(next);
  byId("tab-" + next).focus();
  event.preventDefault();
});

byId("run").addEventListener("click", run);
byId("stop").addEventListener("click", () => running && running.abort());
byId("prefixes").addEventListener("click", function () {
  const missing = Object.entries(known.prefixes)
    .filter(([prefix]) => !new RegExp("PREFIX\\s+" + prefix + "\\s*:", "i").test(editor.text));
  editor.text = missing.map(([prefix, iri]) => "PREFIX " + prefix + ": <" + iri + ">\n").join("") + editor.text;
});
byId("share").addEventListener("click", async function () {
  const link = location.origin + location.pathname + "#query=" + encodeURIComponent(editor.text);
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    say("The link is copied");
  } catch {
    say("The link is in the address bar");
  }
});

async function save(accept, graphAccept, suffix) {
  try {
    const response = await send(lastText, last.triples ? graphAccept : accept);
    if (!response.ok) throw new Error(await response.text());
    const address = URL.createObjectURL(await response.blob());
    const anchor = element("a", { href: address, download: "answer." + suffix });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    fail(error.message);
  }
}
byId("save-csv").addEventListener("click", function () {
  if (last.triples) save("", "text/turtle", "ttl"); else save("text/csv", "", "csv");
});
byId("save-json").addEventListener("click", function () {
  save("application/sparql-results+json", "application/ld+json", last.triples ? "jsonld" : "json");
});

// --- Ready questions ---------------------------------------------------------------------------------------

function choose(question) {
  byId("asked").hidden = false;
  byId("asked").textContent = question.question;
  const place = byId("parameters");
  place.replaceChildren();
  place.hidden = question.parameters.length === 0;
  const fields = {};
  for (const parameter of question.parameters) {
    const id = "parameter-" + parameter.name;
    const field = element("input", { id, type: "text", placeholder: "any" });
    field.addEventListener("input", fill);
    field.addEventListener("keydown", function (event) { if (event.key === "Enter") run(); });
    fields[parameter.name] = field;
    place.append(element("label", { for: id }, parameter.description || parameter.name), field);
  }

  function fill() {
    let text = question.sparql;
    for (const [name, field] of Object.entries(fields)) {
      const value = JSON.stringify(field.value);
      // A function, since dollar signs in a replacement text would have a meaning.
      text = text.replace('BIND("" AS ?' + name + ")", () => "BIND(" + value + " AS ?" + name + ")");
    }
    editor.text = text;
  }

  fill();
}

byId("question").addEventListener("change", function (event) {
  const question = known.questions.find((one) => one.name === event.target.value);
  if (question) {
    choose(question);
    run();
  }
});

async function start() {
  const shared = new URLSearchParams(location.hash.slice(1)).get("query");
  editor.text = shared || FIRST;
  try {
    const response = await fetch(root + "/questions");
    if (response.ok) known = await response.json();
  } catch {
    say("The ready questions could not be loaded");
  }
  names = makeNames(root, known.base, known.prefixes);
  for (const question of known.questions) {
    byId("question").append(element("option", { value: question.name }, question.title));
  }
}

start();
