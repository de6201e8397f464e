// Runs a script in QuickJS, which ChirpStack decodes with; print() is what it has of the outside.
//
//   node run.js SCRIPT
"use strict";
const fs = require("fs");
const { getQuickJS } = require("quickjs-emscripten");

async function main(path) {
  const context = (await getQuickJS()).newContext();
  const print = context.newFunction("print", (text) => console.log(context.getString(text)));
  context.setProp(context.global, "print", print);
  print.dispose();
  context.unwrapResult(context.evalCode(fs.readFileSync(path, "utf8"), path)).dispose();
  context.dispose();
}

main(process.argv[2]);
