#include "terse/serve/web/dashboard.h"

namespace terse::serve::web {
namespace {

constexpr std::string_view page = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>terse serve</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --ground: #f6f8fa;
  --card: #fff; --line: #d1d9e0; --accent: #0b6bcb; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1;
  --ground: #0d1117; --card: #161b22; --line: #30363d; --accent: #58a6ff; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; font: 15px/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--ground); }
h1 { font-size: 1.3rem; margin: 0 0 .8rem; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
#tiles, #panels { display: grid; gap: .8rem; }
#tiles { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); margin-bottom: .8rem; }
#panels { grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
section, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: .8rem; min-width: 0; overflow-wrap: anywhere; } section { container-type: inline-size; }
.tile b { display: block; font-size: 1.5rem; } .tile span, th, .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 500; }
td, th { padding: .2rem .6rem .2rem 0; vertical-align: top; } th { white-space: nowrap; }
.long { display: -webkit-box; max-width: 9rem; overflow: hidden; -webkit-box-orient: vertical;
  -webkit-line-clamp: 2; } time { white-space: nowrap; }
td button { all: unset; cursor: pointer; color: var(--accent); }
td button:focus-visible { outline: 2px solid var(--accent); }
/* A narrow panel shows each row as a paragraph, whose cells say what they are: nothing scrolls
   sideways on a phone. */
@container (max-width: 29rem) {
  table, tbody { display: block; } tr:first-child { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .4rem 0; }
  tr + tr + tr { border-top: 1px solid var(--line); }
  td { display: flex; gap: .3rem; padding: 0; min-width: 0; } .long { max-width: none; }
  td:first-child { flex-basis: 100%; font-weight: 600; }
  td:not(:first-child)[data-name]::before { content: attr(data-name); color: var(--soft);
    white-space: nowrap; }
}
svg { width: 100%; height: 12rem; } polyline { fill: none; stroke: var(--accent);
  stroke-width: 2; vector-effect: non-scaling-stroke; }
.bars { width: 8rem; height: 2.5rem; vertical-align: middle; }
rect { fill: var(--soft); } rect.now { fill: var(--accent); }
.bad { color: var(--bad); }
</style></head><body>
<h1>terse serve <span id="state" class="soft" role="status">connecting</span></h1>
<form id="ask" hidden><label>Bearer token <input id="token" type="password"></label>
<button>Use</button></form>
<div id="tiles"></div>
<div id="panels">
<section><h2 id="chart-name">Predictions</h2><svg id="chart" viewBox="0 0 100 100"
 preserveAspectRatio="none" role="img" aria-labelledby="chart-name"><polyline id="curve"/></svg>
<div id="range" class="soft"></div></section>
<section><h2>Devices</h2><table id="devices"></table></section>
<section><h2>Drift against training</h2><table id="drift"></table></section>
<section><h2>Refused payloads</h2><table id="refused"></table></section>
<section><h2>Models</h2><table id="models"></table></section>
</div>
<script>
"use strict";
const byId = (id) => document.getElementById(id);
let chosen = "", token = "";
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault(); token = byId("token").value; refresh();
});
async function get(path) {
  const headers = token ? { Authorization: "Bearer " + token } : {};
  const answer = await fetch(path, { headers });
  byId("ask").hidden = answer.status !== 401;
  if (!answer.ok) throw new Error("HTTP " + answer.status + " at " + path);
  return answer;
}
const json = async (path) => (await get(path)).json();
/* Everything goes in as text, never as HTML: names come from devices. */
function fill(table, head, rows) {
  table.replaceChildren();
  [head, ...rows].forEach((cells, number) => {
    const row = table.insertRow();
    // Roles, because a row that is no longer laid out as one is not read out as one either.
    table.setAttribute("role", "table"); row.setAttribute("role", "row");
    cells.forEach((cell, column) => {
      const place = document.createElement(number === 0 ? "th" : "td");
      place.setAttribute("role", number === 0 ? "columnheader" : "cell");
      if (number && head[column]) place.dataset.name = head[column];
      place.append(cell instanceof Node ? cell : String(cell)); row.append(place);
    });
  });
}
function time(ms) {
  const then = new Date(ms), made = document.createElement("time");
  const today = then.toDateString() === new Date().toDateString();
  made.dateTime = then.toISOString();
  made.textContent = today ? then.toLocaleTimeString() : then.toLocaleString();
  return made;
}
// Long ones are cut by the style; the whole is shown when pointed at.
function long(text) {
  const made = document.createElement("span");
  made.className = "long"; made.textContent = text; made.title = text;
  return made;
}
const digits = (x) => x === null ? "-" : typeof x === "string" ? x : Number(x.toPrecision(6));
function button(name) {
  const made = document.createElement("button"); made.textContent = name;
  made.addEventListener("click", () => { chosen = name; refresh(); }); return made;
}
function value(metrics, name) {
  const found = metrics.split("\n").find((line) => line.startsWith(name + " "));
  return found ? Number(found.slice(name.length + 1)) : 0;
}
function tiles(metrics) {
  const count = (verdict) => value(metrics, `terse_uplinks_total{verdict="${verdict}"}`);
  const got = value(metrics, "terse_payload_bytes_total");
  const full = value(metrics, "terse_float_bytes_total");
  const refused = count("refused") + count("conflict") + count("unknown_model");
  const shown = [["stored", count("stored")], ["duplicates", count("duplicate")],
    ["refused", refused], ["payload bytes", got], ["as float32", full],
    ["times smaller", got ? (full / got).toFixed(1) : "-"]];
  byId("tiles").replaceChildren(...shown.map(([name, number]) => {
    const tile = document.createElement("div"), large = document.createElement("b");
    const small = document.createElement("span"); tile.className = "tile";
    large.textContent = number; small.textContent = name; tile.append(large, small); return tile;
  }));
}
function verdict(index) {
  const made = document.createElement("span");
  made.textContent = index < 0.1 ? "as trained" : index < 0.25 ? "has moved" : "has drifted";
  if (index >= 0.25) made.className = "bad";
  return made;
}
/* Shares per code: training above the line, messages below. */
function bars(trained, received) {
  const space = "http://www.w3.org/2000/svg", made = document.createElementNS(space, "svg");
  made.setAttribute("viewBox", `0 0 ${trained.length} 40`); made.setAttribute("class", "bars");
  made.setAttribute("preserveAspectRatio", "none");
  const sum = (counts) => counts.reduce((a, b) => a + b, 0) || 1;
  const shares = [trained, received].map((counts) => counts.map((x) => x / sum(counts)));
  const high = Math.max(...shares[0], ...shares[1]);
  shares.forEach((part, side) => part.forEach((share, code) => {
    const bar = document.createElementNS(space, "rect"), tall = 19 * share / high;
    bar.setAttribute("x", code + 0.1); bar.setAttribute("width", 0.8);
    bar.setAttribute("y", side ? 20.5 : 19.5 - tall); bar.setAttribute("height", tall);
    if (side) bar.setAttribute("class", "now"); made.append(bar);
  }));
  return made;
}
function draw(rows) {
  const values = rows.map((row) => row.class ?? row.prediction).filter((x) => x !== null).reverse();
  const low = Math.min(...values), high = Math.max(...values), span = high - low;
  const tall = (x) => span ? 95 - 90 * (x - low) / span : 50;
  byId("curve").setAttribute("points", values.length === 1 ? "0,50 100,50"
    : values.map((x, i) => `${100 * i / (values.length - 1)},${tall(x)}`).join(" "));
  byId("chart-name").textContent = chosen ? "Predictions of " + chosen : "Predictions";
  byId("range").textContent = values.length
    ? `${values.length} messages, ${digits(low)} to ${digits(high)}` : "no message yet";
}
async function refresh() {
  try {
    const [devices, refused, models, metrics, drift] = await Promise.all([json("/v1/devices"),
      json("/v1/quarantine?limit=20"), json("/v1/models"), get("/metrics").then((x) => x.text()),
      json("/v1/drift")]);
    if (!chosen && devices.length) chosen = devices[0].device;
    tiles(metrics);
    fill(byId("devices"), ["device", "model", "prediction", "last"], devices.map((each) =>
      [button(each.device), each.model, digits(each.prediction), time(each.received_ms)]));
    fill(byId("refused"), ["device", "reason", "payload", "time"], refused.map((each) =>
      [each.device, each.reason, long(each.payload), time(each.received_ms)]));
    fill(byId("models"), ["model", "target", "bytes", "of float32", "trained on"],
      models.map((each) => [each.name + "@" + each.version.slice(0, 6),
        each.target + (each.unit ? " in " + each.unit : ""), each.payload_bytes,
        each.float_bytes, long(each.trained_on.split("/").pop())]));
    fill(byId("drift"), ["feature", "index", "", "training / messages", "model"],
      drift.slice(0, 20).map((each) => [each.feature, each.index.toFixed(3), verdict(each.index),
        bars(each.trained, each.received), each.model + "@" + each.version.slice(0, 6)]));
    draw(await json("/v1/messages?limit=200&device=" + encodeURIComponent(chosen)));
    byId("state").textContent = "live"; byId("state").className = "soft";
  } catch (error) {
    byId("state").textContent = error.message; byId("state").className = "bad";
  }
}
refresh(); setInterval(refresh, 2000);
</script></body></html>
)html";

}  // namespace

std::string_view dashboard_page() {
  return page;
}

}  // namespace terse::serve::web
