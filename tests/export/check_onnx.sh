#!/usr/bin/env bash
# The exported graphs, checked by ONNX's own checker and run in ONNX Runtime (npm) against the library.
#
#   check_onnx.sh PATH_OF_WRITE_DECODERS FOLDER_FOR_THE_RUNTIME
set -euo pipefail
write="$1" runtime="$2"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

mkdir -p "$runtime"
cp "$here"/onnx_runtime/{package.json,package-lock.json,check.js} "$runtime"
if ! cmp --silent "$runtime/package-lock.json" "$runtime/installed"; then
  (cd "$runtime" && npm ci --ignore-scripts --no-audit --no-fund)
  cp "$runtime/package-lock.json" "$runtime/installed"
fi

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$write" "$folder"
/usr/bin/python3 -B - "$folder"/*/*.onnx <<'END'
import sys
import onnx

for path in sys.argv[1:]:
    graph = onnx.load(path)
    onnx.checker.check_model(graph, full_check=True)
    inputs = {name for node in graph.graph.node for name in node.input}
    unused = [constant.name for constant in graph.graph.initializer if constant.name not in inputs]
    assert not unused, f"{path}: {unused} are used by no node"
    assert {entry.key for entry in graph.metadata_props} >= {"license", "terse.features", "terse.packing"}, path
print(f"{len(sys.argv) - 1} graphs are well formed")
END
node "$runtime/check.js" "$folder" 2>&1
