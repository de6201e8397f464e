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
#include "terse/data/split_rule.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/stats/non_inferiority.h"

namespace terse::compress {

enum class Policy : std::uint8_t {
  sensitivity,  ///< measured change of the prediction, exact knapsack, tried against one width
  sigmaquant,   ///< the published control loop
  uniform       ///< one width for all layers, the largest that fits
};
std::string name(Policy policy);

/// At least one; memory and energy exclude each other. Memory or energy alone: the lowest loss
/// within it. Loss alone: the least memory with it. Both: the published loop's two targets, and for
/// the other policies the lowest loss within the cost, held against the loss.
struct Budget {
  std::optional<std::size_t> memory_bytes;  ///< Costs::bytes
  std::optional<double> loss_percent;       ///< rise of the loss over the given model's
  std::optional<double> energy_percent;     ///< of the same network with 8-bit weights
};

/// The rows of the table to train and search on, and those that the given model has not seen.
struct RowParts {
  std::span<const std::uint32_t> training;
  std::span<const std::uint32_t> unseen;
};

struct CompressOptions {
  Policy policy = Policy::sensitivity;
  Budget budget;
  double loss_percent = 2.0;   ///< the target for the loss where the budget names none
  unsigned search_epochs = 4;  ///< after each move of sigmaquant
  unsigned final_epochs = 20;
  double learning_rate = 2e-3;
  std::uint64_t seed = 0;
  data::SplitRule split;                                    ///< of the folds
  data::Copies keep_copies_together = data::Copies::apart;  ///< in one fold
  const std::atomic<bool>* stop = nullptr;
};

struct Compression {
  model::Model model;
  Status status = Status::target;
  Widths widths;
  Costs costs;
  std::size_t float_bytes = 0;
  bool has_cost_target = false;  ///< given by the budget
  double cost_target = 0.0;      ///< bytes, or energy
  bool cost_is_energy = false;   ///< of the trace and cost_target
  double reference_loss = 0.0;   ///< the search's: in float32 after the same fine-tuning
  double loss_target = 0.0;      ///< the search's
  /// With the given model on rows that neither it nor the search has seen, row by row, held against
  /// the allowed rise; no pairs where there are no such rows.
  stats::Comparison comparison = {};
  std::vector<Step> trace;
  std::string end;
};

/// Status: `target` if the cost is within its target, and the mean loss on unseen rows no more than
/// allowed above the given model's on the same rows. Without unseen rows that is never said.
///
/// Searches on four fifths of the rows and measures on the other fifth (sensitivity: three
/// such parts, one after the other), with networks of the model's shape that were trained on the
/// four fifths alone. The chosen widths are then trained on all rows, starting from the model's own
/// weights: every policy's result has had the same training. The reference loss of the search is
/// that of the same networks in float32 after the training that candidates get. A loss that was
/// asked for is kept by all means: half of the unseen rows choose among ways to train and, if none
/// is enough, more bits; the other half judges.
/// Throws InputError for models it cannot compress and budgets that make no sense, JobError if even
/// 2 bits everywhere exceed the budget (nothing can be returned then) or training diverges,
/// train::Interrupted.
Compression compress(const model::Model& model, const std::string& source, const data::Table& table,
                     const RowParts& rows, const CompressOptions& options,
                     const std::function<void(const Step&)>& on_step = {});

}  // namespace terse::compress
