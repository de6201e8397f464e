// Predictions from a server of the Open Inference Protocol: Triton, MLServer, KServe, OpenVINO.
#pragma once

#include <memory>
#include <string>

#include "terse/serve/core/external_predictor.h"
#include "terse/serve/core/metrics.h"

namespace terse::serve::predictor {

/// Asks each model's own address (ServedModel::predictor). A try has 2 s; what does not answer, or
/// has trouble of its own, is asked again three times, later each time.
class Client : public core::ExternalPredictor {
 public:
  /// metrics: must outlive it.
  explicit Client(core::Metrics& metrics);
  ~Client() override;

  std::vector<float> predict(const core::ServedModel& served, std::span<const quantize::Code> codes,
                             std::size_t rows) override;
  void stop() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::predictor
