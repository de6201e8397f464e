// Boosted trees as one ONNX node. Inside the export room.
#pragma once

#include <string>

#include "terse/export/onnx/graph.h"
#include "terse/model/decoder/trees.h"

namespace terse::export_onnx {

/// values: name of a value, float32, rows x inputs. Result: float32, rows x 1, the trees' sum.
std::string onnx_trees(OnnxGraph& graph, const model::decoder::Trees& trees,
                       const std::string& values);

}  // namespace terse::export_onnx
