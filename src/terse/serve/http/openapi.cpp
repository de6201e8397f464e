#include "terse/serve/http/openapi.h"

namespace terse::serve::http {

namespace {

constexpr std::string_view document = R"json({
"openapi": "3.0.3",
"info": {"title": "terse serve", "version": "1",
  "description": "Payloads of a few bytes in, predictions out."},
"security": [{}, {"token": []}],
"paths": {
"/v1/models": {
  "get": {"summary": "Cards of the models served",
    "responses": {"200": {"description": "An array of cards"}}},
  "put": {"summary": "Read the model files again",
    "responses": {"200": {"description": "The new cards"},
      "400": {"description": "A file is bad; the old models stay"}}}},
"/v1/models/{model}/payloads": {
  "post": {"summary": "Predict and store",
    "parameters": [
      {"name": "model", "in": "path", "required": true, "schema": {"type": "string"},
        "description": "NAME or NAME@VERSION"},
      {"name": "device", "in": "query", "schema": {"type": "string"}},
      {"name": "counter", "in": "query", "schema": {"type": "string"},
        "description": "Same device, model and counter: the same message"}],
    "requestBody": {"required": true, "content": {
      "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
      "application/json": {"schema": {"oneOf": [
        {"$ref": "#/components/schemas/Payload"},
        {"type": "array", "maxItems": 1000,
          "items": {"$ref": "#/components/schemas/Payload"}}]}}}},
    "responses": {
      "200": {"description": "In the store",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}},
      "400": {"description": "The body cannot be read"},
      "404": {"description": "No such model; in quarantine"},
      "409": {"description": "The counter came before with other bytes; in quarantine"},
      "422": {"description": "Not a message of this model; in quarantine"},
      "503": {"description": "Nothing was kept; send again"}}}},
"/v1/webhooks/things-stack": {"post": {"summary": "The Things Stack v3 uplink",
  "responses": {"200": {"description": "In the store, or no uplink"}}}},
"/v1/webhooks/chirpstack": {"post": {"summary": "ChirpStack v4 uplink",
  "responses": {"200": {"description": "In the store, or no uplink"}}}},
"/v1/devices": {"get": {"summary": "Devices, newest first",
  "responses": {"200": {"description": "An array"}}}},
"/v1/devices/{device}/latest": {"get": {"summary": "Newest message of a device",
  "parameters": [{"name": "device", "in": "path", "required": true,
    "schema": {"type": "string"}}],
  "responses": {"200": {"description": "The message"}, "404": {"description": "None"}}}},
"/v1/messages": {"get": {"summary": "Newest messages",
  "parameters": [{"name": "device", "in": "query", "schema": {"type": "string"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10000}}],
  "responses": {"200": {"description": "An array, newest first"}}}},
"/v1/drift": {"get": {"summary": "Features whose codes no longer look like training, worst first",
  "responses": {"200": {"description": "An array with the population stability index"}}}},
"/v1/quarantine": {"get": {"summary": "Newest refused payloads, with reasons",
  "responses": {"200": {"description": "An array, newest first"}}}},
"/healthz": {"get": {"summary": "The process runs",
  "responses": {"200": {"description": "Yes"}}}},
"/readyz": {"get": {"summary": "The store takes messages",
  "responses": {"200": {"description": "Yes"}, "503": {"description": "No, and why"}}}},
"/metrics": {"get": {"summary": "Prometheus text",
  "responses": {"200": {"description": "Counters and a histogram"}}}}
},
"components": {
"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
"schemas": {
"Payload": {"type": "object", "properties": {
  "device": {"type": "string"}, "hex": {"type": "string"}, "base64": {"type": "string"},
  "counter": {"type": "integer", "minimum": 0}, "key": {"type": "string"}}},
"Answer": {"type": "object", "properties": {
  "status": {"type": "string", "enum": ["stored", "duplicate", "conflict", "refused",
    "unknown_model", "busy", "unavailable"]},
  "model": {"type": "string"}, "version": {"type": "string"},
  "prediction": {"type": "number"}, "target": {"type": "string"}, "unit": {"type": "string"},
  "reason": {"type": "string"}}}
}}}
)json";

}  // namespace

std::string_view openapi_document() {
  return document;
}

}  // namespace terse::serve::http
