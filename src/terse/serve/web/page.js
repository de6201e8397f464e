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
