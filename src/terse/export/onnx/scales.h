// Scales of features in a graph (quantize/scale.h). Inside room export/onnx.
#pragma once

#include <string>

#include "terse/export/onnx/graph.h"
#include "terse/model/model.h"

namespace terse::export_onnx {

/// rows x F: the readings as a decoder in full precision takes them. readings: rows x F, float32;
/// linear: the same by means and deviations, which features without knots keep. Bit for bit what
/// the library computes.
std::string on_scales(OnnxGraph& graph, const model::Model& model, const std::string& readings,
                      const std::string& linear);

}  // namespace terse::export_onnx
