// From a decoder's outputs to the outputs of a graph.
#pragma once

#include <string>

#include "terse/export/onnx/graph.h"
#include "terse/model/model.h"

namespace terse::export_onnx {

/// values: rows x outputs, of the decoder. Gives the predictions in each target's unit, or classes
/// with their probabilities, as outputs of the graph.
void finish(OnnxGraph& graph, const model::Output& output, const std::string& values);

}  // namespace terse::export_onnx
