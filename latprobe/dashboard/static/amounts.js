"use strict";
// Figures as people read them, and elements whose text is only text.

function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return size >= 99.95 ? value.toFixed(0) : size < 1e-3 ? value.toExponential(2) : value.toPrecision(3);
}

function amount(value, unit) {
  if (value === null) return "–";
  if (unit === "ns") {
    for (const [name, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
      if (Math.abs(value) >= size * 0.9995) return `${digits(value / size)} ${name}`;
    }
    return `${digits(value)} ns`;
  }
  if (unit === "/s") {
    for (const [name, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
      if (Math.abs(value) >= size * 0.9995) return `${digits(value / size)} ${name}/s`;
    }
    return `${digits(value)} /s`;
  }
  if (/^B(\/|$)/.test(unit)) {
    for (const [name, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
      if (Math.abs(value) >= size) return `${digits(value / size)} ${name}${unit.slice(1)}`;
    }
  }
  const text = Number.isInteger(value) ? value.toLocaleString("en") : digits(value);
  return unit ? `${text} ${unit}` : text;
}

const changeOf = (before, after) =>
  before === after ? "none" : before === 0 ? "from 0" : `${after >= before ? "+" : "−"}${digits(Math.abs(after / before - 1) * 100)} %`;

// A length of time as `26:03:07`: hours, minutes, seconds.
function clock(seconds) {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((it) => String(it).padStart(2, "0")).join(":");
}

const share = (part) => (part >= 1e-4 ? `${digits(part * 100)} %` : `1 in ${Math.round(1 / part).toLocaleString("en")}`);

const commitOf = (run) => (run.commit ? run.commit.slice(0, 12) : "unknown");

// Plotly reads a few tags in the texts that it draws.
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function table(headers, rows) {
  const head = element("tr", {}, ...headers.map((it) => element("th", { class: it.number ? "number" : it.roomy ? "roomy" : false }, it.name ?? it)));
  return element("div", { class: "wide" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

const cell = (content, kind = "") => element("td", kind ? { class: kind } : {}, content);
