// Runs a program in MicroPython, with the files of a folder beside it.
//
//   node run.mjs FOLDER PROGRAM.py
import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const [folder, program] = process.argv.slice(2);
const python = await loadMicroPython({ heapsize: 16 * 1024 * 1024, stdout: (line) => console.log(line) });
for (const name of fs.readdirSync(folder)) {
  if (name.endsWith(".py")) python.FS.writeFile(name, fs.readFileSync(path.join(folder, name)));
}
python.runPython(fs.readFileSync(path.join(folder, program), "utf8"));
