// A model as ONNX graphs, for ONNX Runtime and whatever else reads the format.
#pragma once

#include <string>
#include <vector>

#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_onnx {

/// NAME-readings.onnx (readings: float32, rows x F; to codes and prediction), NAME-codes.onnx
/// (codes: int64, rows x F) and NAME-payload.onnx (payload: uint8, rows x bytes; to codes and
/// prediction). codes: int64, rows x F; prediction: float32, rows, in the target's unit; of a
/// classifier: text, rows, the likeliest label, and probabilities: float32, rows x classes.
/// Operator set 13. The first layer is a Gather of the table's rows and their sum; boosted trees
/// are a TreeEnsembleRegressor (ai.onnx.ml 2).
///
/// Codes are the library's to the bit; a reading that is NaN has the code for what is missing, or
/// 0. Categories are their place in the list. A code, category or message that the library refuses
/// makes a Gather fail, and with it the run. For method fp only the first
/// graph, without codes. Throws InputError if a file would be beyond protobuf's 2 GiB.
std::vector<export_text::File> onnx_files(const model::Model& model, const std::string& name);

}  // namespace terse::export_onnx
