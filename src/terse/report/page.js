// Draws the figures; those in closed sections when they are opened.
"use strict";
function draw(chart) {
  if (chart.dataset.drawn) return;
  chart.dataset.drawn = "started";
  const spec = JSON.parse(document.getElementById(chart.dataset.spec).textContent);
  const options = {
    renderer: "svg",
    ast: true,
    downloadFileName: chart.dataset.name,
    actions: { export: true, source: false, compiled: false, editor: false },
  };
  vegaEmbed(chart, spec, options).then(
    () => { chart.dataset.drawn = "done"; },
    (error) => {
      chart.dataset.drawn = "failed";
      console.error(error);
    },
  );
}
function draw_open() {
  for (const chart of document.querySelectorAll(".chart")) {
    const section = chart.closest("details");
    if (!section || section.open) draw(chart);
  }
}
for (const section of document.querySelectorAll("details")) section.addEventListener("toggle", draw_open);
draw_open();
