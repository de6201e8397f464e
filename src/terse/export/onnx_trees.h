// Boosted trees as one ONNX node. Inside the export room.
#pragma once

#include <string>

#include "terse/export/onnx_graph.h"
#include "terse/model/trees.h"

namespace terse::exporting {

/// values: name of a value, float32, rows x inputs. Result: float32, rows x 1, the trees' sum.
std::string onnx_trees(OnnxGraph& graph, const model::Trees& trees, const std::string& values);

}  // namespace terse::exporting
