// Answers as one shape, whatever the query: columns, and rows of terms {type, value, datatype, lang}.

export function fromResults(json) {
  if (typeof json.boolean === "boolean") {
    const value = { type: "literal", value: json.boolean ? "yes" : "no" };
    return { columns: ["answer"], rows: [[value]], truncated: "" };
  }
  const columns = json.head.vars;
  const rows = json.results.bindings.map((binding) => columns.map((name) => term(binding[name])));
  return { columns, rows, truncated: json.truncated || "" };
}

function term(cell) {
  if (!cell) return null;
  if (cell.type === "triple") return { type: "literal", value: JSON.stringify(cell.value) };
  return { type: cell.type, value: String(cell.value), datatype: cell.datatype || "", lang: cell["xml:lang"] || "" };
}

const TERM = /\s*(?:<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([A-Za-z0-9-]+))?)/y;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

export function fromTriples(text) {
  const rows = [];
  let truncated = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) { truncated = line.slice(1).trim(); continue; }
    const row = [];
    TERM.lastIndex = 0;
    for (let i = 0; i < 3; i += 1) {
      const match = TERM.exec(line);
      if (!match) break;
      if (match[1] !== undefined) row.push({ type: "uri", value: unescape(match[1]) });
      else if (match[2] !== undefined) row.push({ type: "bnode", value: match[2] });
      else row.push({ type: "literal", value: unescape(match[3]), datatype: match[4] || "", lang: match[5] || "" });
    }
    if (row.length === 3) rows.push(row);
  }
  return { columns: ["subject", "predicate", "object"], rows, truncated, triples: true };
}

function unescape(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, function (_, four, eight, one) {
    if (one !== undefined) return ESCAPES[one] || one;
    return String.fromCodePoint(parseInt(four || eight, 16));
  });
}

export function isNumber(cell) {
  return cell !== null && cell.type === "literal" && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell.value);
}

// Shortens IRIs with the prefixes that the server knows, and finds where they lead.
export function makeNames(root, base, prefixes) {
  const spaces = Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);

  function short(cell) {
    if (cell === null) return "";
    if (cell.type !== "uri") return cell.value;
    for (const [prefix, space] of spaces) {
      if (cell.value.startsWith(space) && cell.value.length > space.length) {
        return prefix + ":" + cell.value.slice(space.length);
      }
    }
    return cell.value;
  }

  function href(cell) {
    if (cell === null || cell.type !== "uri") return null;
    if (cell.value.startsWith(base)) {
      return root + "/page/" + cell.value.slice(base.length).split("/").map(encodeURIComponent).join("/");
    }
    const terms = prefixes.kg;
    if (terms && cell.value.startsWith(terms)) return root + "/ns#" + encodeURIComponent(cell.value.slice(terms.length));
    return /^https?:\/\//.test(cell.value) ? cell.value : null;
  }

  return { short, href };
}
