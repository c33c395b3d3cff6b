"use strict";
// The charts, drawn by Plotly, which is loaded with the first of them.

let plotly = null;

function withPlotly(then) {
  plotly ??= new Promise((resolve, reject) => {
    document.head.append(element("script", { src: "plotly.min.js", onload: resolve, onerror: reject }));
  });
  plotly.then(then);
}

function layout(extra) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = { gridcolor: colour("--line"), zerolinecolor: colour("--line"), automargin: true };
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colour("--text"), family: "system-ui, sans-serif" },
    margin: { l: 10, r: 10, t: 10, b: 10 },
    hovermode: "closest",
    showlegend: true,
    legend: { orientation: "h" },
    ...extra,
    ...Object.fromEntries(Object.entries({ xaxis: {}, yaxis: {}, ...extra }).filter(([name]) => /^[xy]axis/.test(name)).map(([name, its]) => [name, { ...axis, ...its }])),
  };
}

function draw(place, traces, extra, { clicked, zoomed } = {}) {
  withPlotly(() => {
    if (!place.isConnected) return;
    Plotly.newPlot(place, traces, layout(extra), { responsive: true, displaylogo: false, modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]] }).then(() => {
      place.dataset.ready = "yes";
      if (clicked) place.on("plotly_click", (event) => clicked(event.points[0]));
      if (zoomed) place.on("plotly_relayout", (event) => {
        if (event["xaxis.autorange"]) zoomed(null, null);
        else if (event["xaxis.range[0]"] !== undefined) zoomed(event["xaxis.range[0]"], event["xaxis.range[1]"]);
      });
    });
  });
}

// Arrow keys walk from run to run, Enter does what a click does.
function walkPoints(place, count, entered) {
  let at = count;
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" && at < count) return entered(at);
    if (!step) return;
    event.preventDefault();
    at = Math.min(Math.max(at + step, 0), count - 1);
    Plotly.Fx.hover(place, [{ curveNumber: 0, pointNumber: at }]);
  });
}

// Median, and 5 % to 95 %, of the runs between two changes: the band that a run is expected in.
function bands(series, changes) {
  const starts = [0, ...changes.map((it) => series.runs.indexOf(it.first_after)).sort((a, b) => a - b)];
  return starts.map((start, number) => {
    const stop = starts[number + 1] ?? series.values.length;
    const sorted = series.values.slice(start, stop).sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return { start, stop, low: at(0.05), middle: at(0.5), high: at(0.95) };
  });
}

// Room for the points, and for budgets that are not so far off that they would flatten them.
function rangeOf(series, budgets) {
  const [low, high] = [Math.min(...series.values), Math.max(...series.values)];
  const near = budgets.map((it) => it.limit).filter((it) => it > low / 2 && it < high * 2);
  const [bottom, top] = [Math.min(low, ...near), Math.max(high, ...near)];
  const room = (top - bottom || Math.abs(top) || 1) * 0.08;
  return [bottom - room, top + room];
}

function drawSeries(place, series, changes, budgets, chosen, clicked) {
  const runs = series.runs.map((it) => SITE.runs[it]);
  const times = runs.map((it) => it.started);
  const shapes = [];
  for (const it of bands(series, changes)) {
    const [x0, x1] = [times[it.start], times[it.stop - 1]];
    shapes.push({ type: "rect", x0, x1, y0: it.low, y1: it.high, fillcolor: "#4c8dd6", opacity: 0.15, line: { width: 0 } });
    shapes.push({ type: "line", x0, x1, y0: it.middle, y1: it.middle, line: { color: "#4c8dd6", width: 1 } });
  }
  for (const it of changes) {
    const x = SITE.runs[it.first_after].started;
    shapes.push({ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line: { color: it.better ? "#2da44e" : "#d1443c", dash: "dot" } });
  }
  for (const it of budgets) {
    shapes.push({ type: "line", xref: "paper", x0: 0, x1: 1, y0: it.limit, y1: it.limit, line: { color: "#d1443c", width: 1.5, dash: "dash" } });
  }
  const text = runs.map((it, place) =>
    plain(`${amount(series.values[place], series.unit)}\n${it.started}\n${commitOf(it)}, ${it.verdict}\n${it.host}`).replace(/\n/g, "<br>"));
  const colours = series.runs.map((it, place) => (chosen.includes(it) ? "#e08600" : { fail: "#d1443c", crashed: "#d1443c" }[runs[place].verdict] ?? "#4c8dd6"));
  draw(
    place,
    [{ x: times, y: series.values, text, hoverinfo: "text", mode: "markers", marker: { color: colours, size: 6 }, name: plain(`${series.stage}: ${series.figure}`) }],
    { shapes, showlegend: false, yaxis: { title: { text: series.unit || "per message" }, range: rangeOf(series, budgets) } },
    { clicked: (point) => clicked(series.runs[point.pointIndex]) },
  );
  walkPoints(place, series.runs.length, (at) => clicked(series.runs[at]));
}

// How many messages there are to one that is slower: what makes the distances of percentiles even.
const PERCENTILES = [["p50", 2], ["p90", 10], ["p99", 100], ["p99.9", 1_000], ["p99.99", 10_000]];

function drawPercentiles(place, stage, chosen) {
  const traces = chosen.map((run) => {
    const points = PERCENTILES.map(([figure, one]) => ({ figure, one, value: valueOf(run, stage, figure) }));
    const known = points.filter((it) => it.value !== null);
    return {
      x: known.map((it) => it.one),
      y: known.map((it) => it.value),
      text: known.map((it) => `${it.figure}: ${amount(it.value, "ns")}`),
      hoverinfo: "text+name",
      mode: "lines+markers",
      name: plain(`${SITE.runs[run].started}, ${commitOf(SITE.runs[run])}`),
    };
  });
  const xaxis = { type: "log", tickvals: PERCENTILES.map(([, one]) => one), ticktext: PERCENTILES.map(([figure]) => figure) };
  // A logarithm has no place for 0, which a clock in coarse steps measures.
  const type = traces.some((it) => it.y.includes(0)) ? "linear" : "log";
  draw(place, traces, { xaxis, yaxis: { type, title: { text: "ns" } } });
}
