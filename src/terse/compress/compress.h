// Bits per layer of a trained model, under a budget of memory, loss or energy, and the model that
// results.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "terse/compress/costs.h"
#include "terse/compress/float_network.h"
#include "terse/compress/sigmaquant.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::compress {

enum class Policy : std::uint8_t {
  sensitivity,  ///< measured change of the prediction, exact knapsack, tried against one width
  sigmaquant,   ///< the published control loop
  uniform       ///< one width for all layers, the largest that fits
};
std::string name(Policy policy);

/// Exactly one of the three.
struct Budget {
  std::optional<std::size_t> memory_bytes;  ///< Costs::bytes
  std::optional<double> loss_percent;       ///< rise of the validation loss over float32
  std::optional<double> energy_percent;     ///< of the same network with 8-bit weights
};

struct CompressOptions {
  Policy policy = Policy::sensitivity;
  Budget budget;
  double loss_percent = 2.0;   ///< sigmaquant's target for the loss where the budget names none
  unsigned search_epochs = 4;  ///< after each move of sigmaquant
  unsigned final_epochs = 20;
  double learning_rate = 2e-3;
  std::uint64_t seed = 0;
  data::Copies keep_copies_together = data::Copies::apart;  ///< in one fold
  const std::atomic<bool>* stop = nullptr;
};

struct Compression {
  model::Model model;
  Status status = Status::target;
  Widths widths;
  Costs costs;
  std::size_t float_bytes = 0;
  double cost_target = 0.0;     ///< bytes, or energy
  bool cost_is_energy = false;  ///< of the trace and cost_target
  double reference_loss = 0.0;  ///< validation loss in float32 after the same fine-tuning
  double loss_target = 0.0;
  std::vector<Step> trace;
  std::string end;
};

/// Searches on four fifths of the rows and measures on the other fifth (sensitivity: three
/// such parts, one after the other), with networks of the model's shape that were trained on the
/// four fifths alone. The chosen widths are then trained on all rows, starting from the model's own
/// weights: every policy's result has had the same training. The reference loss is that of the same
/// networks in float32 after the training that candidates get.
/// Throws InputError for models it cannot compress and budgets that make no sense, JobError if even
/// 2 bits everywhere exceed the budget (nothing can be returned then) or training diverges,
/// train::Interrupted.
Compression compress(const model::Model& model, const std::string& source, const data::Table& table,
                     std::span<const std::uint32_t> rows, const CompressOptions& options,
                     const std::function<void(const Step&)>& on_step = {});

}  // namespace terse::compress
