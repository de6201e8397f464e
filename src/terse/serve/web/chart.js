"use strict";
const svgSpace = "http://www.w3.org/2000/svg";
function svg(name, attributes, text) {
  const made = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
/* Steps of 1, 2 or 5 times a power of ten, at most `most` of them over the span. */
function numberTicks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((x) => x * power).find((x) => x >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) {
    ticks.push({ at: i * step, text: String(Number((i * step).toPrecision(12))) });
  }
  return ticks;
}
const seconds = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400,
  2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400, 365 * 86400];
/* Round times of this place's clock. */
function timeTicks(low, high, most) {
  const step = 1000 * (seconds.find((x) => 1000 * x * most >= high - low) ?? seconds.at(-1));
  const shift = new Date(low).getTimezoneOffset() * 60000, ticks = [];
  const shape = step >= 86400000 ? { month: "short", day: "numeric" }
    : step >= 60000 ? { hour: "2-digit", minute: "2-digit" }
    : { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  for (let at = Math.ceil((low - shift) / step) * step + shift; at <= high; at += step) {
    ticks.push({ at, text: new Date(at).toLocaleString([], shape) });
  }
  return ticks;
}
/* points: [{time, value}], the oldest first. names: of the classes, by their number; or null. */
function drawChart(chart, points, names) {
  chart.replaceChildren();
  const wide = chart.clientWidth || 400, tall = chart.clientHeight || 200;
  if (!points.length) return;
  const values = points.map((each) => each.value), times = points.map((each) => each.time);
  let low = Math.min(...values), high = Math.max(...values);
  let first = Math.min(...times), last = Math.max(...times);
  if (names) { low = Math.min(low, 0); high = Math.max(high, names.length - 1); }
  if (low === high) { const half = Math.abs(low) / 100 || 1; low -= half; high += half; }
  if (first === last) { first -= 30000; last += 30000; }
  const rows = names ? names.map((text, at) => ({ at, text })) : numberTicks(low, high, 4);
  // Letters of the axis are about this wide.
  const left = 12 + 7 * Math.min(14, Math.max(...rows.map((each) => each.text.length)));
  const right = wide - 12, top = 8, bottom = tall - 22;
  const x = (time) => left + (right - left) * (time - first) / (last - first);
  const y = (value) => bottom - (bottom - top) * (value - low) / (high - low);
  for (const each of rows) {
    chart.append(svg("line", { class: "grid", x1: left, x2: right, y1: y(each.at), y2: y(each.at) }),
      svg("text", { class: "tick", x: left - 5, y: y(each.at) + 4, "text-anchor": "end" },
        each.text.length > 14 ? each.text.slice(0, 13) + "…" : each.text));
  }
  for (const each of timeTicks(first, last, Math.max(2, Math.floor((right - left) / 90)))) {
    chart.append(svg("line", { class: "grid", x1: x(each.at), x2: x(each.at), y1: top, y2: bottom }),
      svg("text", { class: "tick", x: x(each.at), y: tall - 6, "text-anchor": "middle" }, each.text));
  }
  const place = (each) => `${x(each.time).toFixed(1)},${y(each.value).toFixed(1)}`;
  chart.append(svg("polyline", { id: "curve", points: points.map(place).join(" ") }));
  if (points.length === 1) {
    chart.append(svg("circle", { cx: x(points[0].time), cy: y(points[0].value), r: 3 }));
  }
}
/* Shares per code: training above the line, messages below. */
function bars(trained, received) {
  const made = svg("svg", { viewBox: `0 0 ${trained.length} 40`, class: "bars",
    preserveAspectRatio: "none", role: "img", "aria-label": "shares per code" });
  const sum = (counts) => counts.reduce((a, b) => a + b, 0) || 1;
  const shares = [trained, received].map((counts) => counts.map((count) => count / sum(counts)));
  const high = Math.max(...shares[0], ...shares[1]);
  shares.forEach((part, side) => part.forEach((share, code) => {
    const tall = 19 * share / high;
    made.append(svg("rect", { x: code + 0.1, width: 0.8, y: side ? 20.5 : 19.5 - tall,
      height: tall, ...(side ? { class: "now" } : {}) }));
  }));
  return made;
}
