// Cuts a SPARQL query into tokens for colouring. It need not understand the query, only keep every character.

const KEYWORDS = new Set((
  "base prefix select construct describe ask distinct reduced as from named where group by having order asc desc "
  + "limit offset values undef optional graph union minus bind service silent filter exists not in true false a "
  + "separator insert delete data with using into to clear drop create load copy move add all default"
).split(" "));

const FUNCTIONS = new Set((
  "count sum min max avg sample group_concat str lang langmatches datatype bound iri uri bnode rand abs ceil floor "
  + "round concat strlen ucase lcase encode_for_uri contains strstarts strends strbefore strafter year month day hours "
  + "minutes seconds timezone tz now uuid struuid md5 sha1 sha256 sha384 sha512 coalesce if strlang strdt sameterm isiri "
  + "isuri isblank isliteral isnumeric regex substr replace"
).split(" "));

const PATTERNS = [
  ["comment", /#[^\r\n]*/y],
  ["iri", /<[^<>"{}|^`\\\s]*>/y],
  ["string", /"""(?:[^"\\]|\\.|"(?!""))*(?:"""|$)|'''(?:[^'\\]|\\.|'(?!''))*(?:'''|$)/sy],
  ["string", /"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?/y],
  ["variable", /[?$][\p{L}\p{N}_]+/uy],
  ["name", /[\p{L}\p{N}_.-]*:[\p{L}\p{N}_:%-]*(?:\.[\p{L}\p{N}_:%-]+)*/uy],
  ["tag", /@[A-Za-z-]+/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["", /\s+|./suy],
];

export function tokens(text) {
  const found = [];
  let position = 0;
  while (position < text.length) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = position;
      const match = pattern.exec(text);
      if (!match || match[0] === "") continue;
      found.push({ kind: kind === "word" ? wordKind(match[0]) : kind, text: match[0] });
      position = pattern.lastIndex;
      break;
    }
  }
  return found;
}

function wordKind(word) {
  const lower = word.toLowerCase();
  return KEYWORDS.has(lower) ? "keyword" : FUNCTIONS.has(lower) ? "function" : "";
}
