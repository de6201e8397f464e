// Run by Node behind the two libraries, which stand in `vega` and `vegaLite`; draw.cpp writes the
// list of figures, [{spec, file}], before it.
async function draw({spec, file}) {
  if (spec.width === 'container') spec.width = 640;  // there is no page to fill
  spec.background = 'white';
  const runtime = vega.parse(vegaLite.compile(spec).spec);
  const svg = await new vega.View(runtime, {renderer: 'none'}).toSVG();
  require('fs').writeFileSync(file, svg + '\n');
}
for (const figure of figures) {
  draw(figure).catch((problem) => {
    console.error(`${figure.file}: ${problem}`);
    process.exitCode = 1;
  });
}
