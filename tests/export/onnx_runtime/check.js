// The exported graphs in ONNX Runtime against the library: codes to the bit, predictions to 1e-5,
// refusals refused.
//
//   node check.js FOLDER_OF_WRITE_DECODERS
"use strict";
const fs = require("fs");
const path = require("path");
const ort = require("onnxruntime-node");

let failures = 0;
function expect(condition, text) {
  if (condition) return;
  failures += 1;
  if (failures <= 20) console.error(text);
}

function close(found, wanted) {
  return Math.abs(found - wanted) <= 1e-5 * Math.max(1, Math.abs(wanted));
}

function sameCodes(result, wanted, what) {
  const found = result.codes.data;
  expect(found.length === wanted.length, `${what}: ${found.length} codes, not ${wanted.length}`);
  wanted.forEach((code, i) => expect(Number(found[i]) === code, `${what}: code ${i} is ${found[i]}, not ${code}`));
}

function samePredictions(result, wanted, what) {
  const found = result.prediction.data;
  expect(found.length === wanted.length, `${what}: ${found.length} predictions`);
  wanted.forEach((value, i) => expect(close(found[i], value), `${what}: row ${i} is ${found[i]}, not ${value}`));
}

async function refused(session, feeds, what) {
  try {
    await session.run(feeds);
  } catch {
    return;
  }
  expect(false, `${what} was not refused`);
}

async function checkReadings(folder, facts, columns) {
  const session = await ort.InferenceSession.create(path.join(folder, "model-readings.onnx"));
  const bytes = fs.readFileSync(path.join(folder, "readings.f32"));
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const result = await session.run({ readings: new ort.Tensor("float32", values, [facts.rows, columns]) });
  if (facts.codes) sameCodes(result, facts.codes, folder + " readings");
  samePredictions(result, facts.predictions, folder + " readings");
  if (!facts.codes) return;
  const gaps = new Float32Array(columns).fill(NaN);
  const codes = (await session.run({ readings: new ort.Tensor("float32", gaps, [1, columns]) })).codes.data;
  codes.forEach((code) => expect(code === 0n, `${folder}: NaN has code ${code}`));
}

async function checkCodes(folder, facts, columns) {
  const session = await ort.InferenceSession.create(path.join(folder, "model-codes.onnx"));
  const tensor = (codes) => ({ codes: new ort.Tensor("int64", BigInt64Array.from(codes.map(BigInt)), [codes.length / columns, columns]) });
  samePredictions(await session.run(tensor(facts.codes)), facts.predictions, folder + " codes");
  const zeros = new Array(columns).fill(0);
  for (let f = 0; f < columns; f += 1) {
    const levels = facts.features[f].thresholds.length + 1;
    for (const wrong of [levels, -1]) {
      await refused(session, tensor(zeros.map((zero, i) => (i === f ? wrong : zero))), `${folder}: code ${wrong} of feature ${f}`);
    }
  }
}

async function checkPayloads(folder, facts) {
  const session = await ort.InferenceSession.create(path.join(folder, "model-payload.onnx"));
  const tensor = (rows) => ({ payload: new ort.Tensor("uint8", Uint8Array.from(rows.flat()), [rows.length, rows[0].length]) });
  const good = facts.messages.filter((message) => message.status === 0);
  const result = await session.run(tensor(good.map((message) => message.bytes)));
  sameCodes(result, good.flatMap((message) => message.codes), folder + " payload");
  samePredictions(result, good.map((message) => message.prediction), folder + " payload");
  for (const message of facts.messages) {
    if (message.status === 0 || message.bytes.length === 0) continue;
    await refused(session, tensor([message.bytes]), `${folder}: ${message.bytes} with status ${message.status}`);
  }
}

async function main(root) {
  const folders = fs.readdirSync(root);
  expect(folders.length > 4, `only ${folders.length} models`);
  for (const name of folders) {
    const folder = path.join(root, name);
    const facts = JSON.parse(fs.readFileSync(path.join(folder, "facts.json"), "utf8"));
    const columns = facts.features.length;
    await checkReadings(folder, facts, columns);
    if (!facts.codes) continue;
    await checkCodes(folder, facts, columns);
    await checkPayloads(folder, facts);
  }
  console.log(failures === 0 ? `${folders.length} models agree` : `${failures} differences`);
  process.exit(failures === 0 ? 0 : 1);
}

main(process.argv[2]);
