"use strict";
// The screen of a soak, whose data is a file of its own that is loaded here.

const SOAKS = {};

function withSoak(row, then, failed) {
  if (SOAKS[row.file]) return then(SOAKS[row.file]);
  const loaded = () => (SOAKS[row.file] ? then(SOAKS[row.file]) : failed());
  document.head.append(element("script", { src: `soaks/${row.file}.js`, onload: loaded, onerror: failed }));
}

const SOAK_HEADERS = ["soak", "", "started", { name: "soaked", number: true }, "how it ended", "branch", { name: "folder", roomy: true }];
const NO_SCREEN = { stage: null, figure: null, runs: null, soak: null, lines: null, from: null, to: null };
const soakLink = (row) => link({ ...NO_SCREEN, soak: row.name });

function soakRows(soaks) {
  return soaks.map((it) => {
    if (!it.file) {
      const words = it.problem || "is still being read";
      return element("tr", {}, cell(it.scenario || it.name), element("td", { class: it.problem ? "doubt" : "dim", colspan: 6 }, words));
    }
    return element("tr", {}, cell(element("a", { href: soakLink(it) }, it.scenario)), cell(verdict(it.verdict)), cell(it.started, "dim"),
      cell(`${clock(it.soaked_s)} of ${clock(it.planned_s)}`, "number"), cell(it.state, "dim"), cell(it.branch || "unknown"), cell(it.name, "dim roomy"));
  });
}

// The latest of each scenario, class of machines and branch; the list begins with the newest.
function latestSoaks() {
  const seen = new Set();
  return SITE.soaks.filter((it) => {
    const key = JSON.stringify([it.scenario, it.machine, it.branch]);
    return it.scenario && !seen.has(key) && seen.add(key);
  });
}

function soakSection(wanted) {
  const soaks = SITE.soaks.filter((it) => matches(it, wanted));
  return soaks.length ? [element("h2", {}, "Soaks"), table(SOAK_HEADERS, soakRows(soaks))] : [];
}

function showSoak(wanted) {
  const row = SITE.soaks.find((it) => it.name === wanted.get("soak") && it.file);
  if (!row) return showOverview(wanted);
  const asked = location.hash;
  const current = () => location.hash === asked;
  const failed = () => current() && page.replaceChildren(element("p", { class: "bad" }, "the soak's file is not there: load the page again, or build it anew"));
  if (!SOAKS[row.file]) page.replaceChildren(element("p", { class: "dim" }, "loading"));
  withSoak(row, (view) => current() && showSoakView(wanted, row, view), failed);
}

function showSoakView(wanted, row, view) {
  const names = view.stages.map((it) => it.name);
  const stage = view.stages.find((it) => it.name === wanted.get("stage")) ?? view.stages[0];
  const lines = wanted.get("lines") !== "no";
  const toggle = (event) => { location.hash = link({ lines: event.target.checked ? null : "no" }); };
  const chart = element("div", { class: "chart tall", id: "heat", tabindex: "0", "aria-label": "latency over time" });
  page.replaceChildren(
    element("h2", {}, `Soak of ${row.scenario} `, verdict(row.verdict)),
    element("p", { class: "dim" }, `branch ${row.branch || "unknown"}, commit ${commitOf(row)}, ${row.host}, ${row.machine}`),
    element("p", {}, `${clock(row.soaked_s)} of ${clock(row.planned_s)} from ${row.started} UTC, ${row.state}; ${view.intervals.toLocaleString("en")} intervals, ${row.messages.toLocaleString("en")} messages`),
    ...view.problems.map((it) => element("p", { class: "doubt" }, `? ${it}`)),
    ...(stage ? [
      element("p", {}, picker("stage", names, stage.name), " ", element("label", {}, element("input", { type: "checkbox", name: "lines", checked: lines, onchange: toggle }), "percentiles")),
      chart,
      element("p", { class: "dim" }, `Colour: share of the messages of ${columnWords(view)}. Drag to zoom, double click to see all; arrow keys walk over it.${view.resumed.length ? " Dotted: resumed." : ""}`),
    ] : [element("p", {}, "no latency was written")]),
    element("h2", {}, "Budgets"),
    budgetTable(view.budgets),
    element("h2", {}, "All of it"),
    table(["", { name: "messages", number: true }, ...view.quantiles.map((name) => ({ name, number: true }))],
      view.stages.map((it) => element("tr", {}, cell(it.name), cell(it.messages.toLocaleString("en"), "number"), ...it.whole_ns.map((ns) => cell(amount(ns, "ns"), "number"))))),
    ...(view.notices.length ? [element("h2", {}, "What happened"), table(["at", ""], view.notices.map((it) => element("tr", {}, cell(clock(it.elapsed_s), "dim"), cell(it.words))))] : []),
    element("h2", {}, "What was soaked"),
    table(["", ""], [...view.facts, ["folder", row.name]].map(([name, words]) => element("tr", {}, cell(name, "dim"), cell(words, "broken")))),
  );
  if (!stage) return;
  const range = wanted.has("from") && wanted.has("to") ? [wanted.get("from"), wanted.get("to")] : null;
  const zoomed = (from, to) => history.replaceState(null, "", link({ from, to }));
  drawHeat(chart, view, stage, { lines, range, zoomed });
}

function columnWords(view) {
  const most = Math.ceil(view.intervals / Math.max(view.starts_s.length, 1));
  return most > 1 ? `a column, which is up to ${most} intervals` : "an interval";
}
