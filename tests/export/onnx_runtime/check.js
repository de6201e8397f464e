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
  const same = (one, other) => (typeof other === "string" ? one === other : close(one, other));
  wanted.forEach((value, i) => expect(same(found[i], value), `${what}: row ${i} is ${found[i]}, not ${value}`));
}

function sameProbabilities(result, wanted, what) {
  if (!wanted) return expect(!result.probabilities, `${what}: probabilities of a number`);
  const found = result.probabilities.data;
  expect(found.length === wanted.length, `${what}: ${found.length} probabilities`);
  wanted.forEach((value, i) => expect(close(found[i], value), `${what}: probability ${i} is ${found[i]}, not ${value}`));
}

// Each of several targets under its name; wanted: rows of all their outputs.
function sameTargets(result, targets, wanted, what) {
  const columns = targets.reduce((sum, target) => sum + Math.max(1, target.classes.length), 0);
  let first = 0;
  for (const { name, classes } of targets) {
    const found = result[`prediction_${name}`].data;
    expect(found.length === wanted.length / columns, `${what}: ${found.length} predictions of ${name}`);
    const count = Math.max(1, classes.length);
    for (let row = 0; row < found.length; row += 1) {
      const own = wanted.slice(row * columns + first, row * columns + first + count);
      if (classes.length === 0) {
        expect(close(found[row], own[0]), `${what}: ${name} of row ${row} is ${found[row]}, not ${own[0]}`);
        continue;
      }
      const best = classes[own.indexOf(Math.max(...own))];
      expect(found[row] === best, `${what}: ${name} of row ${row} is ${found[row]}, not ${best}`);
      const probabilities = result[`probabilities_${name}`].data.slice(row * count, (row + 1) * count);
      own.forEach((value, k) => expect(close(probabilities[k], value), `${what}: ${name}, row ${row}, class ${k}`));
    }
    first += count;
  }
}

// facts: of one target predictions (and probabilities), of several outputs.
function sameAnswers(result, facts, predictions, probabilities, outputs, what) {
  if (facts.targets.length > 0) return sameTargets(result, facts.targets, outputs, what);
  samePredictions(result, predictions, what);
  sameProbabilities(result, probabilities, what);
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
  sameAnswers(result, facts, facts.predictions, facts.probabilities, facts.outputs, folder + " readings");
  await checkCategories(folder, facts, session);
  if (!facts.codes) return;
  const isGap = (feature) => feature.missing || feature.kinds === 0;
  const gaps = Float32Array.from(facts.features, (feature) => (isGap(feature) ? NaN : 0));
  const codes = (await session.run({ readings: new ort.Tensor("float32", gaps, [1, columns]) })).codes.data;
  facts.features.forEach((feature, f) => {
    const wanted = feature.missing ? feature.levels - 1 : 0;
    expect(Number(codes[f]) === wanted, `${folder}: NaN of feature ${f} has code ${codes[f]}`);
  });
}

// A number that is no place in the list of categories, in an otherwise good row.
async function checkCategories(folder, facts, session) {
  for (let f = 0; f < facts.features.length; f += 1) {
    const { kinds, missing } = facts.features[f];
    if (kinds === 0) continue;
    for (const wrong of [kinds, -1, 0.5, Infinity, -Infinity].concat(missing ? [] : [NaN])) {
      const row = new Float32Array(facts.features.length);
      row[f] = wrong;
      const feeds = { readings: new ort.Tensor("float32", row, [1, row.length]) };
      await refused(session, feeds, `${folder}: category ${wrong} of feature ${f}`);
    }
  }
}

async function checkCodes(folder, facts, columns) {
  const session = await ort.InferenceSession.create(path.join(folder, "model-codes.onnx"));
  const tensor = (codes) => ({ codes: new ort.Tensor("int64", BigInt64Array.from(codes.map(BigInt)), [codes.length / columns, columns]) });
  const result = await session.run(tensor(facts.codes));
  sameAnswers(result, facts, facts.predictions, facts.probabilities, facts.outputs, folder + " codes");
  const zeros = new Array(columns).fill(0);
  for (let f = 0; f < columns; f += 1) {
    const levels = facts.features[f].levels;
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
  const probabilities = facts.probabilities && good.flatMap((message) => message.probabilities);
  const outputs = good.flatMap((message) => message.outputs || []);
  sameAnswers(result, facts, good.map((message) => message.prediction), probabilities, outputs, folder + " payload");
  for (const message of facts.messages) {
    if (message.status === 0 || message.bytes.length === 0) continue;
    await refused(session, tensor([message.bytes]), `${folder}: ${message.bytes} with status ${message.status}`);
  }
}

async function main(root) {
  const folders = fs.readdirSync(root);
  expect(folders.length > 10, `only ${folders.length} models`);
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
