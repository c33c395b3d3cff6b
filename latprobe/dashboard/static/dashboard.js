"use strict";
// The screens. What is shown is in the URL: a link to a screen is a link to what it shows.

const page = document.getElementById("page");
const state = () => new URLSearchParams(location.hash.slice(1));

function link(changes, base = state()) {
  const next = new URLSearchParams(base);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return `#${next}`;
}

const unique = (values) => [...new Set(values)].sort();
const matches = (group, wanted) =>
  ["scenario", "machine", "branch"].every((it) => !wanted.has(it) || group[it] === wanted.get(it));

function valueOf(run, stage, figure) {
  for (const it of SITE.series) {
    if (it.group !== SITE.runs[run].group || it.stage !== stage || it.figure !== figure) continue;
    const place = it.runs.indexOf(run);
    return place < 0 ? null : it.values[place];
  }
  return null;
}

function groupLink(group, more = {}) {
  const { scenario, machine, branch } = SITE.groups[group];
  return link({ ...NO_SCREEN, scenario, machine, branch, ...more });
}

function verdict(word) {
  const kind = { fail: "bad", crashed: "bad", unproven: "doubt", pass: "good" }[word] ?? "dim";
  return element("span", { class: `word ${kind}` }, `${{ fail: "✘", crashed: "✘", pass: "✔", unproven: "?" }[word] ?? "–"} ${word}`);
}

function showFilters(wanted) {
  const filters = ["scenario", "branch", "machine"].map((name) => {
    const values = unique([...SITE.groups, ...SITE.soaks.filter((it) => it.scenario)].map((it) => it[name]));
    const options = [element("option", {}, "all"), ...values.map((it) =>
      element("option", { value: it, selected: wanted.has(name) && it === wanted.get(name) }, it || "unknown"))];
    // By its place, since a branch that is not known has no name, and another may be called "all".
    const chosen = (event) => {
      const value = [null, ...values][event.target.selectedIndex];
      location.hash = link({ ...NO_SCREEN, [name]: value });
    };
    return element("label", {}, name, element("select", { name, onchange: chosen }, ...options));
  });
  document.getElementById("filters").replaceChildren(...filters);
}

const brokenWords = (broken) => element("div", {}, ...broken.map((it) => element("div", {}, it.budget, element("span", { class: "dim" }, ` was ${amount(it.figure, it.unit)}`))));

function redSoaks(wanted) {
  const red = latestSoaks().filter((it) => matches(it, wanted) && it.started >= SITE.week && ["fail", "crashed"].includes(it.verdict));
  return red.map((it) => element("tr", {}, cell(verdict(it.verdict)), cell(it.file ? element("a", { href: soakLink(it) }, `soak of ${it.scenario}`) : `soak of ${it.scenario}`),
    cell(brokenWords(it.broken)), cell(commitOf(it), "mono"), cell(it.branch || "unknown"), cell(it.started, "dim")));
}

function redRows(wanted) {
  return SITE.groups.flatMap((group, number) => {
    const run = SITE.runs[SITE.latest[number]];
    // A branch that is no longer measured is not red for ever.
    if (!matches(group, wanted) || run.started < SITE.week || !["fail", "crashed"].includes(run.verdict)) return [];
    const broken = SITE.budgets.filter((it) => it.group === number && it.verdict === "fail");
    return [element("tr", {}, cell(verdict(run.verdict)), cell(element("a", { href: groupLink(number) }, group.scenario)),
      cell(brokenWords(broken)), cell(commitOf(run), "mono"), cell(group.branch || "unknown"), cell(run.started, "dim"))];
  });
}

function changeRows(changes) {
  return changes.map((it) => {
    const series = SITE.series[it.series];
    const [last, first] = [SITE.runs[it.last_before], SITE.runs[it.first_after]];
    const href = groupLink(series.group, { stage: series.stage, figure: series.figure });
    return element("tr", {}, cell(SITE.groups[series.group].scenario),
      cell(element("a", { href }, `${series.stage}: ${series.figure}`)),
      cell(changeOf(it.before, it.after), `number ${it.better ? "good" : "bad"}`),
      cell(amount(it.before, series.unit), "number"), cell(amount(it.after, series.unit), "number"),
      cell(`${commitOf(last)}..${commitOf(first)}`, "mono"), cell(first.started, "dim"), cell(it.others.join(", ") || "–", "dim"));
  });
}

const CHANGE_HEADERS = ["scenario", "figure", { name: "change", number: true }, { name: "before", number: true },
  { name: "after", number: true }, "between", "since", "also changed"];

function showOverview(wanted) {
  const red = [...redRows(wanted), ...redSoaks(wanted)];
  const changes = SITE.changes.filter((it) => SITE.runs[it.first_after].started >= SITE.week && matches(SITE.groups[SITE.series[it.series].group], wanted));
  const scenarios = SITE.groups.flatMap((group, number) => (matches(group, wanted) ? [element("tr", {},
    cell(element("a", { href: groupLink(number) }, group.scenario)), cell(verdict(SITE.runs[SITE.latest[number]].verdict)),
    cell(group.branch || "unknown"), cell(group.machine, "dim roomy"), cell(SITE.runs[SITE.latest[number]].started, "dim"))] : []));
  page.replaceChildren(
    element("h2", {}, "Red today"),
    red.length ? table(["", "scenario", "broken budgets", "commit", "branch", "measured"], red) : element("p", { class: "good" }, "✔ nothing is red"),
    element("h2", {}, "Changed this week"),
    changes.length ? table(CHANGE_HEADERS, changeRows(changes)) : element("p", { class: "dim" }, "nothing changed"),
    element("h2", {}, "Scenarios"),
    scenarios.length ? table(["scenario", "latest", "branch", { name: "machine", roomy: true }, "measured"], scenarios) : element("p", { class: "dim" }, "no run was measured"),
    ...soakSection(wanted),
  );
}

function picker(name, values, chosen) {
  const options = values.map((it) => element("option", { value: it, selected: it === chosen }, it));
  return element("label", {}, name, element("select", { name, onchange: (event) => { location.hash = link({ [name]: event.target.value }); } }, ...options));
}

function runPicker(name, series, chosen, place) {
  const options = series.runs.map((it) => element("option", { value: it, selected: it === chosen.at(place) }, `${SITE.runs[it].started}, ${commitOf(SITE.runs[it])}`));
  const change = (event) => {
    const ends = [chosen[0], chosen.at(-1)];
    ends.splice(place, 1, Number(event.target.value));
    location.hash = link({ runs: ends.join(",") });
  };
  return element("label", {}, name, element("select", { name, onchange: change }, ...options));
}

function showScenario(wanted) {
  const among = SITE.groups.flatMap((it, number) => (matches(it, wanted) ? [number] : []));
  // Runs of several machines or branches are no one series: the first screen has a link to each.
  if (among.length !== 1) return showOverview(wanted);
  const [group] = among;
  const of = SITE.series.map((it, number) => ({ ...it, number })).filter((it) => it.group === group);
  const stages = [...new Set(of.map((it) => it.stage))];
  const stage = stages.includes(wanted.get("stage")) ? wanted.get("stage") : stages.includes("total") ? "total" : stages[0];
  const figures = of.filter((it) => it.stage === stage).map((it) => it.figure);
  const figure = figures.includes(wanted.get("figure")) ? wanted.get("figure") : figures.includes("p50") ? "p50" : figures[0];
  const series = of.find((it) => it.stage === stage && it.figure === figure);
  if (!series) return page.replaceChildren(element("p", {}, "nothing was measured"));
  const changes = SITE.changes.filter((it) => it.series === series.number);
  const budgets = SITE.budgets.filter((it) => it.group === group);
  const drawn = budgets.filter((it) => it.unit === series.unit && it.budget.startsWith(`${stage}: ${figure} `));
  const asked = (wanted.get("runs") ?? "").split(",").filter(Boolean).map(Number);
  const known = asked.filter((it) => SITE.runs[it]?.group === group);
  const chosen = known.length ? known : [...new Set([series.runs[0], series.runs.at(-1)])];
  const toggle = (run) => {
    const next = chosen.includes(run) ? chosen.filter((it) => it !== run) : [...chosen, run];
    location.hash = link({ runs: next.join(",") });
  };
  const [seriesPlace, percentilePlace] = [element("div", { class: "chart", id: "series", tabindex: "0", "aria-label": `${figure} of ${stage}` }), element("div", { class: "chart", id: "percentiles" })];
  page.replaceChildren(
    element("h2", {}, SITE.groups[group].scenario),
    element("p", { class: "dim" }, `branch ${SITE.groups[group].branch || "unknown"}, ${SITE.groups[group].machine}`),
    element("p", {}, picker("stage", stages, stage), " ", picker("figure", figures, figure)),
    seriesPlace,
    element("p", { class: "dim" }, `${series.runs.length.toLocaleString("en")} runs. Shaded: 5 % to 95 % between changes. Dashed: budgets. Dotted: changes. Click a run to compare it below; with the keyboard, arrows and Enter.`),
    changes.length ? table(CHANGE_HEADERS, changeRows(changes)) : element("p", { class: "dim" }, "no change of level"),
    element("h2", {}, "Percentiles of the chosen runs"),
    element("p", {}, runPicker("before", series, chosen, 0), " ", runPicker("after", series, chosen, -1)),
    percentilePlace,
    element("h2", {}, "Every stage, before and after"),
    stagesTable(of, stages, chosen),
    element("h2", {}, `All figures of ${stage}`),
    comparison(stage, of.filter((it) => it.stage === stage), chosen),
    element("h2", {}, "Budgets of the latest run"),
    budgetTable(budgets),
    ...soakSection(wanted),
  );
  drawSeries(seriesPlace, series, changes, drawn, chosen, toggle);
  drawPercentiles(percentilePlace, stage, chosen);
}

function budgetTable(budgets) {
  const rows = budgets.map((it) => element("tr", {}, cell(verdict(it.verdict)), cell(it.budget, "mono"), cell(amount(it.figure, it.unit), "number"), cell(it.reason, "dim")));
  return rows.length ? table(["", "budget", "found", "why"], rows) : element("p", { class: "dim" }, "none");
}

function comparison(stage, series, chosen) {
  const [first, last] = [chosen[0], chosen.at(-1)];
  const rows = series.map((it) => {
    const [before, after] = [valueOf(first, stage, it.figure), valueOf(last, stage, it.figure)];
    const change = before === null || after === null ? "–" : changeOf(before, after);
    return element("tr", {}, cell(it.figure), cell(amount(before, it.unit), "number"), cell(amount(after, it.unit), "number"), cell(change, "number"));
  });
  const names = [first, last].map((it) => ({ name: `${SITE.runs[it].started}, ${commitOf(SITE.runs[it])}`, number: true }));
  return table([stage, ...names, { name: "change", number: true }], rows);
}

const ACROSS = ["p50", "p99", "p99.9", "cost", "allocations", "bytes", "simulated instructions", "instructions", "simulated L1d-misses", "L1d-misses"];

// A row for each stage, and of each figure that any of them has what it became and what it was.
function stagesTable(of, stages, chosen) {
  const [first, last] = [chosen[0], chosen.at(-1)];
  const figures = ACROSS.filter((figure) => of.some((it) => it.figure === figure));
  const own = stages.filter((stage) => of.some((it) => it.stage === stage && figures.includes(it.figure)));
  const rows = own.map((stage) => element("tr", {}, cell(stage), ...figures.map((figure) => {
    const unit = of.find((it) => it.figure === figure).unit;
    const [before, after] = [valueOf(first, stage, figure), valueOf(last, stage, figure)];
    if (after === null) return cell("–", "number dim");
    const change = before === null || before === after ? "" : ` ${changeOf(before, after)}`;
    return cell(element("span", { title: before === null ? "not measured before" : `was ${amount(before, unit)}` }, amount(after, unit), element("span", { class: "dim" }, change)), "number");
  })));
  return table(["stage", ...figures.map((name) => ({ name, number: true }))], rows);
}

function show() {
  const wanted = state();
  document.getElementById("built").textContent = `${SITE.runs.length.toLocaleString("en")} runs, as of ${SITE.built} UTC`;
  showFilters(wanted);
  if (wanted.has("soak")) showSoak(wanted);
  else if (wanted.has("scenario")) showScenario(wanted);
  else showOverview(wanted);
  // By the time that a link is followed, what draws is there.
  setTimeout(withPlotly, 100, () => {});
}

// A page from the disk stays as it was built; one that is served follows.
async function follow(known) {
  const answer = await fetch("data.js", { method: "HEAD", cache: "no-store" }).catch(() => null);
  const seen = answer ? `${answer.headers.get("last-modified")} ${answer.headers.get("content-length")}` : known;
  if (known && seen !== known) location.reload();
  setTimeout(follow, 2000, seen);
}

window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  if (event.key === "/") document.querySelector("#filters select").focus();
  else if (event.key === "Escape") location.hash = "";
  else return;
  event.preventDefault();
});
window.addEventListener("hashchange", show);
if (location.protocol.startsWith("http")) follow(null);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
show();
