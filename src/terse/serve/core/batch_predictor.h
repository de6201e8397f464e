// Predicts the messages of one model by the batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/predictor.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

struct ToPredict {
  std::span<const std::uint8_t> payload;
  Answer* answer;
};

/// For one thread. Not of an encoder alone.
class BatchPredictor {
 public:
  BatchPredictor(Served served, std::size_t rows_max);

  /// At most rows_max messages. Each answer becomes `stored` with its prediction, or `refused` with
  /// the reason: not a message of this model, or one that gives no finite prediction.
  void predict(std::span<const ToPredict> batch);

 private:
  bool of_codes() const { return std::holds_alternative<payload::Layout>(message_); }
  /// Why the payload is not a message of the model, or nothing.
  std::string unpack(std::span<const std::uint8_t> payload, std::size_t row);

  Served served_;
  model::Predictor predictor_;
  model::Message message_;
  std::vector<quantize::Code> codes_;
  base::Matrix readings_;
  std::size_t outputs_;
  std::vector<float> predictions_;
};

}  // namespace terse::serve::core
