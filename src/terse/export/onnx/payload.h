// Payload bytes to codes as ONNX nodes. Inside the export room.
#pragma once

#include <string>

#include "terse/export/onnx/graph.h"
#include "terse/payload/layout.h"

namespace terse::export_onnx {

/// Names of two values: codes (int64, rows x F; their range is not checked here) and wrong (int64,
/// rows x 1; above 0 for a message whose tag, fill or number is wrong).
struct OnnxUnpacked {
  std::string codes;
  std::string wrong;
};

/// payload: name of a value, uint8, rows x layout.bytes(). At least one feature is sent.
OnnxUnpacked onnx_unpack(OnnxGraph& graph, const payload::Layout& layout,
                         const std::string& payload);

}  // namespace terse::export_onnx
