// Predictions for models whose file holds the encoder alone.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "terse/serve/core/served_model.h"

namespace terse::serve::core {

/// No prediction came.
class PredictorFault : public std::runtime_error {
 public:
  /// of_rows: it answered, and something was wrong with the answer: other rows may fare better.
  PredictorFault(const std::string& problem, bool of_rows)
      : std::runtime_error(problem), of_rows_(of_rows) {}
  bool of_rows() const noexcept { return of_rows_; }

 private:
  bool of_rows_;
};

/// Called from one thread, but for stop().
class ExternalPredictor {
 public:
  virtual ~ExternalPredictor() = default;
  /// served: a model whose decoder is external. codes: rows x F. Gives rows x outputs, finite: in
  /// the target's unit, or the probability of each class. May take seconds. Throws PredictorFault.
  virtual std::vector<float> predict(const ServedModel& served,
                                     std::span<const quantize::Code> codes, std::size_t rows) = 0;
  /// A call that is under way, and every later one, throws soon. From any thread.
  virtual void stop() = 0;
};

}  // namespace terse::serve::core
