// The graph as the scripts see it: the embedded columns, with indexes for who is linked to whom.

const DATA_VERSION = 1;

// Status of a claim, in the words of a newspaper.
const STATUS_WORDS = {
  asserted: "Stated as fact",
  hedged: "Said with caution",
  negated: "Denied",
  question: "Only asked",
  hypothetical: "Only supposed",
};

function readGraph(source) {
  if (!source || source.version !== DATA_VERSION) {
    throw new Error("The data of this page has another version than its script.");
  }
  const entities = source.entities, statements = source.statements, claims = source.claims;
  const n = entities.id.length, m = statements.id.length;
  const graph = {
    source, n, m, base: source.base, title: source.title, types: source.types, predicates: source.predicates,
    documents: source.documents, groups: source.groups, entities, statements, claims, quotes: source.quotes,
  };

  // A column of one value throughout is written as that value.
  for (const [table, length] of [[statements, m], [claims, claims.id.length]]) {
    for (const key of ["n_claims", "precision", "extractor", "start_s", "quote"]) {
      if (key in table && !Array.isArray(table[key])) table[key] = new Array(length).fill(table[key]);
    }
  }

  // Claims stand in the order of their statements.
  graph.firstClaim = new Uint32Array(m + 1);
  graph.confidence = new Float32Array(m);
  graph.status = new Uint8Array(m);
  graph.denied = new Uint8Array(m);
  const asserted = source.statuses.indexOf("asserted"), negated = source.statuses.indexOf("negated");
  for (let s = 0, c = 0; s < m; s++) {
    graph.firstClaim[s] = c;
    let best = -1;
    for (const end = c + statements.n_claims[s]; c < end; c++) {
      if (claims.confidence[c] > best) {
        best = claims.confidence[c];
        graph.status[s] = claims.status[c];
      }
      if (claims.status[c] === negated) graph.denied[s] = 1;
    }
    graph.confidence[s] = Math.max(best, 0);
    if (statements.asserted[s]) graph.status[s] = asserted;
    graph.firstClaim[s + 1] = c;
  }

  // Statements of each entity, as one run of `incident` from `firstIncident[i]`.
  const count = new Uint32Array(n + 1);
  for (let s = 0; s < m; s++) {
    count[statements.subject[s] + 1]++;
    const o = statements.object[s];
    if (o >= 0 && o !== statements.subject[s]) count[o + 1]++;
  }
  for (let i = 0; i < n; i++) count[i + 1] += count[i];
  graph.firstIncident = count.slice();
  graph.incident = new Uint32Array(count[n]);
  const next = count.slice();
  for (let s = 0; s < m; s++) {
    graph.incident[next[statements.subject[s]]++] = s;
    const o = statements.object[s];
    if (o >= 0 && o !== statements.subject[s]) graph.incident[next[o]++] = s;
  }

  graph.typeCount = new Array(graph.types.length).fill(0);
  for (let i = 0; i < n; i++) graph.typeCount[entities.type[i]]++;
  graph.loners = entities.degree.filter((degree) => degree === 0).length;
  graph.statusCount = new Array(source.statuses.length).fill(0);
  for (let s = 0; s < m; s++) graph.statusCount[graph.status[s]]++;
  graph.dates = [...new Set(graph.documents.map((d) => d.date).filter(Boolean))].sort();
  graph.entityAt = lazily(() => new Map(entities.id.map((id, i) => [id, i])));
  graph.statementAt = lazily(() => new Map(statements.id.map((id, s) => [id, s])));
  graph.folded = lazily(() => foldNames(graph));
  return graph;
}

function lazily(make) {
  let value;
  return () => (value === undefined ? (value = make()) : value);
}

// A name without case, accents and extra space.
function fold(name) {
  return name.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

// For each entity its folded names: the name itself first, then other and misheard ones.
function foldNames(graph) {
  const { name, aliases, hidden } = graph.entities;
  return name.map((own, i) => [own, ...(aliases[i] || []), ...(hidden[i] || [])].map(fold));
}

function statementsOf(graph, i) {
  return graph.incident.subarray(graph.firstIncident[i], graph.firstIncident[i + 1]);
}

// The entity at the other end, or -1 where a literal stands there.
function otherEnd(graph, s, i) {
  const { subject, object } = graph.statements;
  return subject[s] === i ? object[s] : subject[s];
}

function claimsOf(graph, s) {
  const found = [];
  for (let c = graph.firstClaim[s]; c < graph.firstClaim[s + 1]; c++) found.push(c);
  return found;
}

function objectName(graph, s) {
  const o = graph.statements.object[s];
  return o >= 0 ? graph.entities.name[o] : graph.statements.value[s] || "";
}

// The statement as a sentence: [text before, subject, text between, object, text after].
function sentenceParts(graph, s) {
  const sentence = graph.predicates[graph.statements.predicate[s]].sentence;
  const [before, rest = ""] = cut(sentence, "{s}");
  const [between, after = ""] = cut(rest, "{o}");
  return [before, graph.entities.name[graph.statements.subject[s]], between, objectName(graph, s), after];
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function sentence(graph, s) {
  return sentenceParts(graph, s).join("");
}

function statusName(graph, status) {
  return graph.source.statuses[status];
}

function statusWords(graph, status) {
  const name = statusName(graph, status);
  return STATUS_WORDS[name] || name;
}

function speakerName(graph, c) {
  const speaker = graph.claims.speaker[c];
  return speaker >= 0 ? graph.entities.name[speaker] : "Unknown speaker";
}

// Seconds as h:mm:ss or m:ss.
function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function plural(n, one, many = one + "s") {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

// The address if it is a plain web address, else null. Anything else (javascript:, data:, file:) is no link.
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

const MEDIA = /\.(mp3|m4a|aac|ogg|oga|opus|wav|flac|mp4|m4v|mov|webm|ogv)$/i;

// The address at which the recording plays from this second, and whether it starts there by itself.
function addressAt(text, seconds) {
  const url = webAddress(text);
  if (!url) return null;
  if (seconds === null) return { href: url.href, exact: false };
  const second = Math.max(0, Math.floor(seconds));
  const host = url.hostname.replace(/^(www|m|music)\./, "");
  if (host === "youtube.com" || host === "youtube-nocookie.com") {
    url.searchParams.set(url.pathname.startsWith("/embed/") ? "start" : "t", url.pathname.startsWith("/embed/") ? `${second}` : `${second}s`);
    return { href: url.href, exact: true };
  }
  if (host === "youtu.be") {
    url.searchParams.set("t", `${second}`);
    return { href: url.href, exact: true };
  }
  if (host === "vimeo.com") {
    url.hash = `t=${second}s`;
    return { href: url.href, exact: true };
  }
  if (MEDIA.test(url.pathname)) {
    url.hash = `t=${second}`;
    return { href: url.href, exact: true };
  }
  return { href: url.href, exact: false };
}
