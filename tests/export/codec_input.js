// What a codec makes of each kind of bytes that an engine knows; follows the codec's script, in ES5.
//
//   checkInput(message): of each kind whether two calls in a row answered like a plain array, and whether the
//                        caller's bytes are what they were: "same", or what was wrong
//   checkRefusals(message): of each value that holds no bytes, the two answers' first error, or what was thrown

function listOf(bytes) {
  var list = [], i;
  for (i = 0; i < bytes.length; i++) list.push(bytes[i]);
  return list;
}

function filled(bytes, message) {
  for (var i = 0; i < message.length; i++) bytes[i] = message[i];
  return bytes;
}

function newBuffer(length) {
  return Buffer.alloc ? Buffer.alloc(length) : new Buffer(length);
}

function kindsOf(message) {
  var kinds = {}, n = message.length, views = [], i;
  kinds["array"] = message.slice();
  kinds["frozen array"] = Object.freeze(message.slice());
  kinds["array-like"] = filled({ length: n }, message);
  kinds["arguments"] = (function () { return arguments; }).apply(null, message);
  if (typeof Uint8Array !== "undefined") {
    views = [Uint8Array, Uint8ClampedArray, Uint16Array, Int16Array, Int32Array, Float32Array, Float64Array];
    for (i = 0; i < views.length; i++) kinds["view " + i] = filled(new views[i](n), message);
    kinds["part of a wide view"] = filled(new Uint16Array(n + 5).subarray(3, 3 + n), message);
    kinds["part of a view"] = filled(new Uint8Array(n + 5).subarray(3, 3 + n), message);
    if (Uint8Array.allocPlain) kinds["plain buffer"] = filled(Uint8Array.allocPlain(n), message);
  }
  if (typeof SharedArrayBuffer !== "undefined") {
    kinds["shared memory"] = filled(new Uint8Array(new SharedArrayBuffer(n)), message);
  }
  if (typeof Buffer !== "undefined") {
    kinds["Buffer"] = filled(newBuffer(n), message);
    kinds["part of a Buffer"] = filled(newBuffer(n + 4).slice(2, 2 + n), message);
  }
  return kinds;
}

function checkInput(message) {
  var wanted = JSON.stringify(decodeUplink({ bytes: message.slice(), fPort: 1 })), kinds = kindsOf(message), found = {};
  Object.keys(kinds).forEach(function (kind) {
    var bytes = kinds[kind], input = { bytes: bytes, fPort: 1 }, call;
    found[kind] = "same";
    for (call = 1; call < 3; call++) {
      if (JSON.stringify(decodeUplink(input)) !== wanted) found[kind] = "another answer in call " + call;
      if (JSON.stringify(listOf(bytes)) !== JSON.stringify(message)) found[kind] = "other bytes after call " + call;
      if (input.bytes !== bytes || Object.keys(input).length !== 2) found[kind] = "another input after call " + call;
    }
  });
  return found;
}

function checkRefusals(message) {
  var wrong = {}, found = {}, hex = "", holes = [];
  function instead(value) { var bytes = message.slice(); bytes[bytes.length - 1] = value; return bytes; }
  message.forEach(function (byte) { hex += (byte < 16 ? "0" : "") + byte.toString(16); });
  holes.length = message.length;
  wrong["hexadecimal"] = hex;
  wrong["string object"] = new String(hex.slice(0, message.length));
  wrong["text of that length"] = hex.slice(0, message.length);
  wrong["holes"] = holes;
  wrong["300"] = instead(300);
  wrong["-1"] = instead(-1);
  wrong["1.5"] = instead(1.5);
  wrong["NaN"] = instead(NaN);
  wrong["Infinity"] = instead(Infinity);
  wrong["2^32"] = instead(4294967296);
  wrong["digits"] = instead("5");
  wrong["true"] = instead(true);
  wrong["null in it"] = instead(null);
  wrong["undefined in it"] = instead(undefined);
  wrong["an object in it"] = instead({ valueOf: function () { return 5; } });
  wrong["an array in it"] = instead([5]);
  wrong["undefined"] = undefined;
  wrong["null"] = null;
  wrong["a number"] = 5;
  wrong["zero"] = 0;
  wrong["no number"] = NaN;
  wrong["no text"] = "";
  wrong["strings of digits"] = message.map(String);
  wrong["a length in digits"] = filled({ length: String(message.length) }, message);
  wrong["an object"] = {};
  wrong["a function"] = function (one, two) { return one + two; };
  wrong["JSON of a Buffer"] = { type: "Buffer", data: message };
  if (typeof ArrayBuffer !== "undefined") {
    wrong["ArrayBuffer"] = new ArrayBuffer(message.length);
    wrong["DataView"] = new DataView(new ArrayBuffer(message.length));
    wrong["Int8Array"] = filled(new Int8Array(message.length), instead(-1));
  }
  if (typeof BigInt !== "undefined") wrong["BigInt"] = instead(BigInt(5));
  if (typeof BigUint64Array !== "undefined") wrong["BigUint64Array"] = new BigUint64Array(message.length);
  if (typeof Uint16Array !== "undefined") {
    wrong["wider elements"] = filled(new Uint16Array(message.length), instead(256));
  }
  if (typeof Symbol !== "undefined") wrong["Symbol"] = instead(Symbol("5"));
  Object.keys(wrong).forEach(function (kind) {
    try {
      found[kind] = [0, 1].map(function () { return decodeUplink({ bytes: wrong[kind], fPort: 1 }).errors[0]; });
    } catch (error) {
      found[kind] = "thrown: " + error;
    }
  });
  return found;
}
