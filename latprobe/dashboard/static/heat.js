"use strict";
// The heat map of a soak, with the platform's stalls and memory under it on the same axis of time.

const LINES = { p50: "#35c46b", p99: "#e8b923", "p99.9": "#ff8a2b", max: "#f0453c" };
const HEAT = {
  light: [[0, "#dbe9f6"], [0.35, "#8dbde0"], [0.7, "#2f7fbc"], [1, "#08306b"]],
  dark: [[0, "#14283f"], [0.35, "#1d5a94"], [0.7, "#3fa0d8"], [1, "#d9f2ff"]],
};
const isDark = () => window.matchMedia("(prefers-color-scheme: dark)").matches;

// Columns of time with what lies between them: where nothing was measured, `at` is -1.
function timeCells(view) {
  const cells = [];
  view.starts_s.forEach((start, at) => {
    const before = cells.at(-1);
    if (before && start - before.end > 0.02 * (view.ends_s[at] - start)) cells.push({ at: -1, start: before.end, end: start });
    else if (before) before.end = start;
    cells.push({ at, start, end: view.ends_s[at] });
  });
  return cells;
}

// The buckets that a stage has messages in; what reads 0 has no place on a logarithmic axis.
function bucketEdges(view, stage) {
  const filled = stage.buckets.filter((it) => it.length);
  const low = Math.min(...filled.map((it) => it[0]));
  const high = Math.max(...filled.map((it) => it[0] + it.length - 1));
  const edges = view.edges_ns.slice(low, high + 1);
  if (edges[0] === 0) edges[0] = edges[1] / 2;
  return { low, edges };
}

function heatCells(view, stage, cells) {
  const { low, edges } = bucketEdges(view, stage);
  const lines = { z: [], text: [] };
  const totals = stage.buckets.map((it) => it.slice(1).reduce((sum, count) => sum + count, 0));
  const heads = cells.map(({ at, start, end }) => `${clock(start)} to ${clock(end)}${at < 0 ? ": not measured" : ""}`);
  for (let row = 0; row + 1 < edges.length; row++) {
    const [from, to] = [view.edges_ns[low + row], view.edges_ns[low + row + 1]];
    const bucket = `${from ? amount(from, "ns") : "0"} to ${amount(to, "ns")}`;
    lines.z.push([]);
    lines.text.push([]);
    cells.forEach(({ at }, place) => {
      const buckets = at < 0 ? [] : stage.buckets[at];
      const count = buckets[low + row - buckets[0] + 1] ?? 0;
      const inside = buckets.length > 0 && low + row >= buckets[0];
      const found = inside ? count : 0;
      lines.z[row].push(found ? Math.log10(found / totals[at]) : null);
      lines.text[row].push(at < 0 ? heads[place]
        : `${heads[place]}<br>${bucket}: ${found.toLocaleString("en")} of ${totals[at].toLocaleString("en")}${found ? `, ${share(found / totals[at])}` : ""}<br>${quantileWords(view, stage, at)}`);
    });
  }
  return { ...lines, edges };
}

const quantileWords = (view, stage, at) => view.quantiles.map((name, place) => `${name} ${amount(stage.quantiles_ns[at][place], "ns")}`).join(", ");

// Ends that a line keeps over its whole column, and nothing where nothing is known.
function steps(cells, time, valueOf) {
  const [x, y, text] = [[], [], []];
  for (const cell of cells) {
    const { value, words } = cell.at < 0 ? { value: null, words: "" } : valueOf(cell.at);
    x.push(time(cell.start), time(cell.end));
    y.push(value, value);
    const said = `${clock(cell.start)} to ${clock(cell.end)}<br>${words}`;
    text.push(said, said);
  }
  return { x, y, text };
}

function quantileLines(view, stage, cells, time) {
  return Object.entries(LINES).map(([name, color]) => ({
    ...steps(cells, time, (at) => ({ value: stage.quantiles_ns[at][view.quantiles.indexOf(name)] || null, words: "" })),
    type: "scatter", mode: "lines", hoverinfo: "skip", name,
    line: { color, width: 1.5 },
  }));
}

// The longest stall that an idle CPU saw, or without one, what the driver saw while it waited.
function stallBars(view, cells, time) {
  const { panels } = view;
  const known = panels.longest_stall_ns.some((it) => it !== null);
  const seconds = (at) => view.ends_s[at] - view.starts_s[at];
  const words = (at) => [
    panels.stalls[at] === null ? "no idle CPU was there to watch" : `longest stall ${amount(panels.longest_stall_ns[at], "ns")}; ${panels.stalls[at].toLocaleString("en")} stalls, ${amount(panels.stalled_ns[at], "ns")} in all`,
    `while the driver waited: ${(panels.stalls_in_waiting[at] ?? 0).toLocaleString("en")} stalls, ${amount(panels.stalled_in_waiting_ns[at], "ns")} in all`,
  ].join("<br>");
  const valueOf = (at) => (known ? panels.longest_stall_ns[at] : panels.stalled_in_waiting_ns[at] / seconds(at));
  const measured = cells.filter((it) => it.at >= 0);
  return {
    type: "bar", yaxis: "y2", name: known ? "longest stall" : "stalled / s",
    x: measured.map((it) => time((it.start + it.end) / 2)), width: measured.map((it) => (it.end - it.start) * 1000),
    y: measured.map((it) => valueOf(it.at) || null),
    text: measured.map((it) => `${clock(it.start)} to ${clock(it.end)}<br>${words(it.at)}`), textposition: "none", hoverinfo: "text",
    marker: { color: "#d98324" },
  };
}

function memoryLines(view, cells, time) {
  const of = [["rss_bytes", "resident", "y3", "#4c8dd6"], ["heap_bytes", "heap", "y4", "#a06cd5"]];
  return of.map(([name, label, yaxis, color]) => ({
    ...steps(cells, time, (at) => ({ value: view.panels[name][at], words: `${label} ${amount(view.panels[name][at], "B")}` })),
    type: "scatter", mode: "lines", hoverinfo: "text", name: label, yaxis, line: { color, width: 1.5 },
  }));
}

// Ticks of a logarithmic axis of times: decades, and 2 and 5 where there are few of them.
function timeTicks(low, high) {
  const decades = Math.log10(high / low);
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of decades < 2 ? [1, 2, 5] : [1]) ticks.push(digit * 10 ** power);
  }
  return { tickvals: ticks, ticktext: ticks.map((it) => amount(it, "ns")) };
}

function marksOf(view, time) {
  const colour = isDark() ? "#e3b341" : "#8a6100";
  return {
    shapes: view.resumed.map((it) => ({ type: "line", x0: time(it.elapsed_s), x1: time(it.elapsed_s), yref: "paper", y0: 0, y1: 1, line: { color: colour, dash: "dot", width: 1.5 } })),
    annotations: view.resumed.map((it) => ({ x: time(it.elapsed_s), yref: "paper", y: 1, yanchor: "bottom", text: "resumed", showarrow: false, font: { color: colour, size: 11 } })),
  };
}

// Arrow keys walk over the map, and what a pointer would say of the cell is said.
function walkHeat(place, x, y) {
  const [rows, columns] = [y.length - 1, x.length - 1];
  const at = [Math.floor(rows / 2), 0];
  place.addEventListener("keydown", (event) => {
    const [up, right] = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
    if (!up && !right) return;
    event.preventDefault();
    at[0] = Math.min(Math.max(at[0] + up, 0), rows - 1);
    at[1] = Math.min(Math.max(at[1] + right, 0), columns - 1);
    const [row, column] = at;
    Plotly.Fx.hover(place, { xval: (x[column] + x[column + 1]) / 2, yval: Math.sqrt(y[row] * y[row + 1]) }, "xy");
  });
}

function drawHeat(place, view, stage, { lines, range, zoomed }) {
  const time = (seconds) => view.started_ms + seconds * 1000;
  const narrow = place.clientWidth < 600;
  const cells = timeCells(view);
  const heat = heatCells(view, stage, cells);
  const bars = stallBars(view, cells, time);
  const stalled = bars.y.filter((it) => it !== null);
  const traces = [
    { type: "heatmap", x: [...cells.map((it) => time(it.start)), time(cells.at(-1).end)], y: heat.edges, z: heat.z, text: heat.text, hoverinfo: "text", hoverongaps: true,
      zmin: -6, zmax: 0, colorscale: HEAT[isDark() ? "dark" : "light"], name: "",
      colorbar: { orientation: "h", thickness: 8, len: narrow ? 1 : 0.5, x: 1, xanchor: "right", y: 1.01, yanchor: "bottom", tickangle: 0, outlinewidth: 0,
        ...(narrow ? { tickvals: [-6, -2, 0] } : { tickvals: [-6, -4, -2, 0] }), ticktext: narrow ? ["1 in 1M", "1 %", "100 %"] : ["1 in 1M", "0.01 %", "1 %", "100 %"] } },
    ...(lines ? quantileLines(view, stage, cells, time) : []),
    bars,
    ...memoryLines(view, cells, time),
  ];
  const title = (text) => ({ title: { text: narrow ? "" : text } });
  const bytes = { tickformat: ".4~s", ticksuffix: "B" };
  const right = { overlaying: "y3", side: "right", showgrid: false, showticklabels: !narrow };
  draw(place, traces, {
    ...marksOf(view, time),
    margin: { l: 10, r: 10, t: 46, b: 10 },
    legend: { orientation: "h", y: narrow ? -0.14 : -0.09, ...(narrow ? {} : { entrywidth: 75 }) },
    xaxis: { type: "date", ...title("UTC"), tickangle: 0, ...(narrow ? { nticks: 4 } : {}), anchor: "y3", ...(range ? { range } : {}) },
    yaxis: { type: "log", domain: [0.47, 1], ...timeTicks(heat.edges[0], heat.edges.at(-1)) },
    yaxis2: { type: "log", domain: [0.26, 0.42], ...title("stalls"), ...(stalled.length ? timeTicks(Math.min(...stalled), Math.max(...stalled)) : {}) },
    yaxis3: { domain: [0, 0.21], ...title("resident"), ...bytes },
    yaxis4: { ...right, ...title("heap"), ...bytes },
  }, { zoomed });
  walkHeat(place, traces[0].x, heat.edges);
}
