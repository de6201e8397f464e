const byId = (id) => document.getElementById(id);
const pageRows = 20;
const view = { search: "", silent: 0, order: "device", descending: false, skip: 0 };
let chosen = "", token = "", models = [], drawn = "", found = 0;
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault(); token = byId("token").value; refreshAll();
});
async function get(path) {
  const headers = token ? { Authorization: "Bearer " + token } : {};
  const answer = await fetch(path, { headers });
  byId("ask").hidden = answer.status !== 401;
  if (!answer.ok) {
    throw Object.assign(new Error("HTTP " + answer.status + " at " + path.split("?")[0]),
      { status: answer.status });
  }
  return answer;
}
const json = async (path) => (await get(path)).json();
/* Everything goes in as text, never as HTML: names come from devices. A table is changed only
   where it differs, so that what is selected or focused stays so. */
function fill(table, head, rows) {
  table.setAttribute("role", "table");
  [head, ...rows].forEach((cells, number) => {
    const row = table.rows[number] ?? table.insertRow();
    // Roles, because a row that is no longer laid out as one is not read out as one either.
    row.setAttribute("role", "row");
    cells.forEach((cell, column) => {
      const place = document.createElement(number === 0 ? "th" : "td");
      place.setAttribute("role", number === 0 ? "columnheader" : "cell");
      if (number && head[column]) place.dataset.name = head[column].dataset?.name ?? head[column];
      place.append(cell instanceof Node ? cell : String(cell));
      if (head[column].dataset?.sort) place.setAttribute("aria-sort", head[column].dataset.sort);
      const before = row.cells[column];
      if (!before) row.append(place);
      else if (before.outerHTML !== place.outerHTML) before.replaceWith(place);
    });
    while (row.cells.length > cells.length) row.lastChild.remove();
  });
  while (table.rows.length > rows.length + 1) table.deleteRow(-1);
}
/* The number or class, or of several targets each with its name. */
const said = (each) => each.predictions ? Object.entries(each.predictions)
  .map(([name, value]) => `${name} ${digits(value)}`).join(", ") : digits(each.prediction);
/* What the chart draws: of several targets the first. */
function drawnValue(row, target) {
  if (!row.predictions) return row.class ?? row.prediction;
  const [value] = Object.values(row.predictions), place = target?.classes?.indexOf(value) ?? -1;
  return place >= 0 ? place : typeof value === "number" ? value : null;
}
function time(ms) {
  const then = new Date(ms), made = document.createElement("time");
  const today = then.toDateString() === new Date().toDateString();
  made.dateTime = then.toISOString(); made.title = then.toLocaleString();
  made.textContent = today ? then.toLocaleTimeString() : then.toLocaleString();
  return made;
}
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
/* How long ago, in its largest unit: it changes seldom. */
function ago(ms) {
  const made = time(ms), passed = (Date.now() - ms) / 1000;
  const [unit, size] = units.find((each) => passed >= each[1]) ?? ["", 1];
  const count = Math.floor(passed / size);
  made.textContent = unit ? `${count} ${unit}${count > 1 ? "s" : ""} ago` : "just now";
  return made;
}
/* Of a model with a heartbeat also whether its last message holds. */
function heard(device) {
  if (device.overdue === undefined) return ago(device.received_ms);
  const made = document.createElement("span"), state = document.createElement("span");
  state.textContent = device.overdue ? " overdue" : " holds";
  state.className = device.overdue ? "bad" : "soft";
  made.append(ago(device.received_ms), state);
  return made;
}
// Long ones are cut by the style; the whole is shown when pointed at.
function long(text) {
  const made = document.createElement("span");
  made.className = "long"; made.textContent = text; made.title = text;
  return made;
}
function plain(text) {
  const made = document.createElement("span"); made.className = "whole";
  made.textContent = text; made.title = text; return made;
}
const digits = (x) => x === null ? "-" : typeof x === "string" ? x : Number(x.toPrecision(6));
function button(text, act) {
  const made = document.createElement("button"); made.type = "button"; made.textContent = text;
  made.addEventListener("click", act); return made;
}
/* The head of a column by which the server sorts. */
function sortable(name, order) {
  const mine = view.order === order;
  const made = button(name + (mine ? (view.descending ? " ▼" : " ▲") : ""), () => {
    view.descending = mine ? !view.descending : order === "received";
    view.order = order; view.skip = 0; step("devices");
  });
  made.dataset.name = name;
  made.dataset.sort = mine ? (view.descending ? "descending" : "ascending") : "none";
  return made;
}
function value(metrics, name) {
  const line = metrics.split("\n").find((each) => each.startsWith(name + " "));
  return line ? Number(line.slice(name.length + 1)) : 0;
}
async function tiles() {
  const metrics = await (await get("/metrics")).text();
  const count = (verdict) => value(metrics, `terse_uplinks_total{verdict="${verdict}"}`);
  const got = value(metrics, "terse_payload_bytes_total");
  const full = value(metrics, "terse_float_bytes_total");
  const refused = count("refused") + count("conflict") + count("unknown_model") + count("forbidden");
  const shown = [["stored", count("stored")], ["duplicates", count("duplicate")],
    ["refused", refused], ["payload bytes", got], ["as float32", full],
    ["times smaller", got ? (full / got).toFixed(1) : "-"]];
  byId("tiles").replaceChildren(...shown.map(([name, number]) => {
    const tile = document.createElement("div"), large = document.createElement("b");
    const small = document.createElement("span"); tile.className = "tile";
    large.textContent = number.toLocaleString(); small.textContent = name;
    tile.append(large, small); return tile;
  }));
}
/* The rows that are shown, not the whole fleet. */
async function devices() {
  const query = new URLSearchParams({ order: view.order, descending: view.descending,
    skip: view.skip, limit: pageRows });
  if (view.search) query.set("search", view.search);
  if (view.silent) query.set("silent_since", Date.now() - 1000 * view.silent);
  const answer = await get("/v1/devices?" + query), rows = await answer.json();
  found = Number(answer.headers.get("Terse-Found") ?? rows.length);
  if (!rows.length && view.skip) { view.skip = 0; return devices(); }
  if (!chosen && rows.length) chosen = rows[0].device;
  fill(byId("devices"), [sortable("device", "device"), sortable("model", "model"),
    sortable("prediction", "prediction"), sortable("last", "received")], rows.map((each) =>
    [button(each.device, () => { chosen = each.device; step("chart"); }), each.model,
      said(each), heard(each)]));
  byId("shown").textContent = found ? `${(view.skip + 1).toLocaleString()} to ` +
    `${(view.skip + rows.length).toLocaleString()} of ${found.toLocaleString()}` : "none";
  byId("back").disabled = view.skip === 0;
  byId("next").disabled = view.skip + rows.length >= found;
  const mine = rows.find((each) => each.device === chosen);
  // The chart asks again only when there is something new.
  if (!mine || `${chosen} ${mine.received_ms}` !== drawn) await chart();
}
async function chart() {
  const rows = chosen ? await json("/v1/messages?limit=200&device=" + encodeURIComponent(chosen)) : [];
  if (rows.length) drawn = `${chosen} ${rows[0].received_ms}`;
  const served = rows.length && models.find((each) => each.name === rows[0].model);
  const model = served?.targets ? { ...served.targets[0], target: served.targets[0].name } : served;
  const points = rows.map((row) => ({ time: row.measured_ms ?? row.received_ms,
    value: drawnValue(row, model) })).filter((each) => each.value !== null).reverse();
  drawChart(byId("chart"), points.sort((a, b) => a.time - b.time), (model && model.classes) || null);
  byId("chart-name").textContent = chosen ? "Predictions of " + chosen : "Predictions";
  const values = points.map((each) => each.value);
  byId("range").textContent = !rows.length ? "no message yet" : `${rows.length} messages` +
    (model && model.classes ? "" : `, ${digits(Math.min(...values))} to ${digits(Math.max(...values))}`) +
    (model && model.target ? ` (${model.target}${model.unit ? " in " + model.unit : ""})` : "");
}
async function refusals() {
  const rows = await json("/v1/quarantine?limit=20");
  fill(byId("refused"), ["device", "reason", "payload", "time"], rows.map((each) =>
    [each.device, each.reason, long(each.payload), time(each.received_ms)]));
}
async function modelCards() {
  models = await json("/v1/models");
  fill(byId("models"), ["model", "target", "bytes", "of float32", "trained on"],
    models.map((each) => [each.name + "@" + each.version.slice(0, 6),
      (each.targets ?? [{ name: each.target, unit: each.unit }]).map((target) =>
        target.name + (target.unit ? " in " + target.unit : "")).join(", "), each.payload_bytes,
      each.float_bytes, long(each.trained_on.split("/").pop())]));
}
function verdict(index) {
  const made = plain(index < 0.1 ? "as trained" : index < 0.25 ? "has moved" : "has drifted");
  if (index >= 0.25) made.classList.add("bad");
  return made;
}
async function drift() {
  const rows = await json("/v1/drift");
  fill(byId("drift"), ["feature", "index", "state", "training / messages", "model"],
    rows.slice(0, 20).map((each) => [long(each.feature), plain(each.index.toFixed(3)),
      verdict(each.index), bars(each.trained, each.received),
      plain(each.model + "@" + each.version.slice(0, 6))]));
}
/* What is asked for, and every how many seconds. */
const parts = { models: [modelCards, 60], tiles: [tiles, 5], devices: [devices, 5], chart: [chart, 0],
  drift: [drift, 30], refused: [refusals, 15] };
const asking = new Set(), again = new Set(), closed = new Set(), asked = {};
/* One question of a kind at a time; what was wanted meanwhile is asked once more. */
async function step(name) {
  if (asking.has(name)) return again.add(name);
  asking.add(name); asked[name] = Date.now();
  try {
    await parts[name][0]();
    byId("state").textContent = "live"; byId("state").className = "soft";
  } catch (error) {
    // This token may not read it: the others go on without it.
    if (error.status === 403) {
      closed.add(name); byId(name).hidden = true;
    } else {
      byId("state").textContent = error.message; byId("state").className = "bad";
    }
  } finally { asking.delete(name); }
  if (again.delete(name)) await step(name);
}
async function refreshAll() {
  closed.forEach((name) => { byId(name).hidden = false; });
  closed.clear();
  await step("models");
  await Promise.all(Object.keys(parts).filter((name) => parts[name][1]).map(step));
}
function tick() {
  // A page that nobody sees asks for nothing.
  if (document.hidden) return;
  for (const [name, [, pause]] of Object.entries(parts)) {
    if (pause && !closed.has(name) && Date.now() - (asked[name] ?? 0) >= 1000 * pause) step(name);
  }
}
let typing = 0;
byId("find").addEventListener("submit", (event) => event.preventDefault());
byId("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    view.search = byId("search").value; view.skip = 0; step("devices");
  }, 250);
});
byId("silent").addEventListener("change", () => {
  view.silent = Number(byId("silent").value); view.skip = 0; step("devices");
});
byId("back").addEventListener("click", () => {
  view.skip = Math.max(0, view.skip - pageRows); step("devices");
});
byId("next").addEventListener("click", () => { view.skip += pageRows; step("devices"); });
addEventListener("resize", () => { drawn = ""; });
document.addEventListener("visibilitychange", tick);
refreshAll(); setInterval(tick, 1000);
