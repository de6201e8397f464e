// Questions and answers of the Open Inference Protocol (version 2, JSON), as bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/model/decoder/shape.h"
#include "terse/quantize/thresholds.h"

namespace terse::serve::predictor {

/// One tensor "codes", FP32 of shape (rows, features). codes: rows x features.
std::string request_text(std::span<const quantize::Code> codes, std::size_t rows);

/// Bytes that an answer of this many numbers may have.
std::size_t answer_bytes_max(std::size_t numbers);

/// The predictions in an answer from outside: rows x outputs, finite; probabilities where they are
/// classes. They are the tensor "prediction", or the only one. Throws PredictorFault, of_rows.
std::vector<float> answer_numbers(std::string_view text, std::size_t rows,
                                  const model::decoder::Output& output);

}  // namespace terse::serve::predictor
