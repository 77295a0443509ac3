// One statement and the words it rests on: who said it, where, when, how firmly; who agrees and who does not.

function statementPanel(graph, s, actions) {
  const { statements } = graph;
  const subject = statements.subject[s], object = statements.object[s];
  const [before, , between, , after] = sentenceParts(graph, s);
  const claims = claimsOf(graph, s).sort((a, b) => byFirmness(graph, a, b));
  const main = graph.status[s];
  const firm = (c) => ["asserted", "hedged"].includes(statusName(graph, graph.claims.status[c]));
  const denies = (c) => statusName(graph, graph.claims.status[c]) === "negated";
  const mainDenies = statusName(graph, main) === "negated";
  const supports = claims.filter((c) => (mainDenies ? denies(c) : firm(c)));
  const against = claims.filter((c) => (mainDenies ? firm(c) : denies(c)));
  const open = claims.filter((c) => !firm(c) && !denies(c));
  const value = objectName(graph, s);
  return [
    el("p", { class: "kind" }, "Statement"),
    el("h2", { class: "sentence" }, before, nameButton(graph, subject, "subject", actions), between,
      object >= 0 ? nameButton(graph, object, "object", actions) : el("mark", { class: "object" }, isolated(value || "(left out)")), after),
    el("p", { class: "verdict" }, statusBadge(graph, s), confidenceMeter(graph.confidence[s]), el("span", { class: "soft" }, whoSays(graph, claims))),
    quoteList(graph, s, supports, null, actions),
    quoteList(graph, s, against, mainDenies ? "Others affirm it" : "Others deny it", actions),
    quoteList(graph, s, open, supports.length || against.length ? "Also asked or supposed" : null, actions),
    rivals(graph, s, actions),
    betweenTheTwo(graph, s, actions),
    el("p", { class: "soft small" }, "Identifier ", el("code", null, graph.statements.prefix + graph.statements.id[s])),
  ];
}

function byFirmness(graph, a, b) {
  return graph.claims.status[a] - graph.claims.status[b] || graph.claims.confidence[b] - graph.claims.confidence[a] || a - b;
}

function nameButton(graph, i, role, actions) {
  return el("button", { type: "button", class: `name-in-sentence ${role}`, onclick: () => actions.selectEntity(i, true) }, isolated(graph.entities.name[i]));
}

function confidenceMeter(confidence) {
  const meter = el("meter", { min: 0, max: 1, value: confidence, "aria-label": "Confidence of the reading" });
  return el("span", { class: "confidence", title: "How sure kg is that these words say this" }, meter, ` ${Math.round(confidence * 100)} %`);
}

function whoSays(graph, claims) {
  const known = claims.filter((c) => graph.claims.speaker[c] >= 0);
  const speakers = [...new Set((known.length ? known : claims).map((c) => speakerName(graph, c)))];
  const documents = new Set(claims.map((c) => graph.claims.document[c]));
  const who = speakers.length > 3 ? `${speakers.slice(0, 2).join(", ")} and ${speakers.length - 2} others` : speakers.join(" and ");
  return `${who}, ${documents.size > 1 ? `in ${documents.size} recordings` : "in one recording"}`;
}

function quoteList(graph, s, claims, title, actions) {
  if (!claims.length) return null;
  const items = (part) => part.map((c) => quoteItem(graph, s, c, actions));
  const list = el("div", { class: "quotes" }, items(claims.slice(0, 4)));
  const more = claims.length > 4 ? button(`Show ${claims.length - 4} more passages`, () => {
    list.append(...items(claims.slice(4)));
    more.remove();
  }, { class: "quiet" }) : null;
  return [title ? el("h3", null, title) : null, list, more];
}

function quoteItem(graph, s, c, actions) {
  const { claims } = graph;
  const quote = claims.quote[c], status = statusName(graph, claims.status[c]);
  const document = graph.documents[claims.document[c]];
  const speaker = claims.speaker[c];
  return el("figure", { class: `quote ${status}` },
    quote ? el("blockquote", { dir: "auto" }, markedQuote(graph, s, quote)) : withoutWords(graph, c),
    el("figcaption", null,
      speaker >= 0 ? el("button", { type: "button", class: "speaker", onclick: () => actions.selectEntity(speaker, true) }, isolated(graph.entities.name[speaker])) :
        el("span", { class: "speaker" }, "Unknown speaker"),
      document ? [", ", button(document.title, () => actions.change({ view: "timeline", timeline: claims.document[c] }), { class: "plain-button" }),
        [document.series !== document.title ? document.series : null, document.date].filter(Boolean).map((text) => `, ${text}`)] : null,
      timeOf(graph, c),
      el("span", { class: "facts" }, factsOf(graph, c))));
}

// What else is known of a passage, as phrases with semicolons between.
function factsOf(graph, c) {
  const { claims } = graph, status = statusName(graph, claims.status[c]);
  const phrases = (claims.qualifiers[c] || []).map(([name, value]) => [`${qualifierLabel(graph, name)}: `, isolated(value)]);
  if (claims.approximate[c]) phrases.push("about, not exactly");
  if (claims.cue[c]) phrases.push([`${STATUS_WORDS[status] || status}: “`, isolated(claims.cue[c]), "”"]);
  else if (status !== "asserted") phrases.push(STATUS_WORDS[status] || status);
  phrases.push(`confidence ${claims.confidence[c].toFixed(2)}, read by ${claims.extractors[claims.extractor[c]]}`);
  return phrases.map((phrase, k) => [k ? "; " : "", phrase]);
}

function qualifierLabel(graph, name) {
  return Object.hasOwn(graph.source.qualifiers, name) ? graph.source.qualifiers[name] : name;
}

function withoutWords(graph, c) {
  const { claims } = graph, start = claims.start[c];
  return el("p", { class: "without" },
    "This graph was published without the words of the recording. The passage stands at characters ",
    `${start.toLocaleString("en")} to ${(start + claims.length[c]).toLocaleString("en")} of the transcript.`);
}

function timeOf(graph, c) {
  const { claims } = graph, start = claims.start_s[c];
  const document = graph.documents[claims.document[c]];
  const address = document && document.url ? addressAt(document.url, start) : null;
  const about = claims.precision[c] >= 0 && graph.source.precisions[claims.precision[c]] === "interpolated";
  if (start === null) return address ? [", ", link(address.href, "open the recording ↗")] : null;
  const time = (about ? "at about " : "at ") + clock(start);
  if (!address) return `, ${time}`;
  return address.exact ? [", ", link(address.href, `${time} ▸`)] : [`, ${time}, `, link(address.href, "open the recording ↗")];
}

// The quote with the names of subject and object marked where they occur in it.
function markedQuote(graph, s, quote) {
  const { statements, entities } = graph, found = [];
  const look = (forms, role) => {
    for (const form of forms.filter(Boolean).sort((a, b) => b.length - a.length)) {
      const at = findWord(quote, form);
      if (at >= 0 && !found.some((mark) => at < mark.end && mark.start < at + form.length)) {
        found.push({ start: at, end: at + form.length, role });
        return;
      }
    }
  };
  const formsOf = (i) => [entities.name[i], ...(entities.aliases[i] || []), ...(entities.hidden[i] || []), ...lastWords(entities.name[i])];
  look(formsOf(statements.subject[s]), "subject");
  look(statements.object[s] >= 0 ? formsOf(statements.object[s]) : [statements.value[s]], "object");
  found.sort((a, b) => a.start - b.start);
  const parts = [];
  let at = 0;
  for (const { start, end, role } of found) {
    parts.push(quote.slice(at, start), el("mark", { class: role }, quote.slice(start, end)));
    at = end;
  }
  return [...parts, quote.slice(at)];
}

// People are often called by one part of their name.
function lastWords(name) {
  const words = name.split(/\s+/u);
  return words.length > 1 ? words.filter((word) => word.length > 2 && /^\p{Lu}/u.test(word)) : [];
}

// Where a form stands as whole words, case ignored; -1 if nowhere.
function findWord(text, form) {
  const low = text.toLowerCase(), wanted = form.toLowerCase();
  // Lower case can change the length of a text (İ); offsets would not fit.
  if (low.length !== text.length || wanted.length !== form.length) return text.indexOf(form);
  const letter = (char) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) {
    const cased = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(form);
    if (cased || (!letter(low[at - 1]) && !letter(low[at + wanted.length]))) return at;
  }
  return -1;
}

// Other objects of the same subject and predicate: other figures, other employers, other dates.
function rivals(graph, s, actions) {
  const { statements } = graph, subject = statements.subject[s], predicate = statements.predicate[s];
  const others = [...statementsOf(graph, subject)].filter((t) => t !== s && statements.subject[t] === subject && statements.predicate[t] === predicate);
  if (!others.length) return null;
  const words = graph.predicates[predicate];
  const differs = words.functional || statements.object[s] < 0;
  return [
    el("h3", null, differs ? "Other answers" : "Also said"),
    longList(others.map((t) => () => el("li", null, statementSentence(graph, t, actions))), 5),
  ];
}

function betweenTheTwo(graph, s, actions) {
  const { statements } = graph, a = statements.subject[s], b = statements.object[s];
  if (b < 0 || a === b) return null;
  const others = [...statementsOf(graph, a)].filter((t) => t !== s && otherEnd(graph, t, a) === b && statements.predicate[t] !== statements.predicate[s]);
  return others.length ? [el("h3", null, "Between the two"), longList(others.map((t) => () => el("li", null, statementSentence(graph, t, actions))), 5)] : null;
}

function statementSentence(graph, s, actions) {
  return el("button", { type: "button", class: "statement", onclick: () => actions.selectStatement(s) },
    el("span", null, sentence(graph, s)),
    statusName(graph, graph.status[s]) !== "asserted" || graph.denied[s] ? statusBadge(graph, s) : null);
}
