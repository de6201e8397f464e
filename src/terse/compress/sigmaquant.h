// SigmaQuant (arXiv 2602.22136) as a control loop over widths, apart from networks: clusters of
// deviations first, then moves of two bits guided by divergences until two targets are met. Where
// the paper leaves a point open, the choice is named here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace terse::compress {

enum class Status {
  target,       ///< both targets are met
  best_effort,  ///< the cost is within its target, the loss is not
  infeasible    ///< the cost's target was not reached
};
std::string name(Status status);

/// A configuration the loop has measured.
struct Step {
  std::string action;  ///< what led here: "clusters", "raise", "lower", "swap", ...
  std::vector<unsigned> widths;
  double cost = 0.0;
  double loss = 0.0;
};

struct LoopResult {
  Status status = Status::infeasible;
  std::vector<unsigned> widths;  ///< the best seen
  std::vector<Step> trace;
  std::string end;  ///< why the loop stopped
};

struct LoopTargets {
  double cost = 0.0;         ///< bytes, or energy
  double loss = 0.0;         ///< validation loss
  double cost_buffer = 0.1;  ///< share by which a target may be missed and still be near
  double loss_buffer = 0.05;
};

/// The network as the loop sees it.
struct Plant {
  std::vector<double> deviations;  ///< of each layer's float weights
  std::function<double(const std::vector<unsigned>&)> cost;
  /// Trains on for some epochs with these widths, from where the last call left the weights; the
  /// validation loss.
  std::function<double(const std::vector<unsigned>&)> train;
  /// Divergence of each layer at these widths.
  std::function<std::vector<double>(const std::vector<unsigned>&)> divergences;
  /// Remembers the weights as they are, which are the best so far, and gives them back. May be
  /// empty, for networks without weights of their own.
  std::function<void()> keep = {};
  std::function<void()> restore = {};
};

/// Phase 1: widths by deviation with lambda 0.1, then 0.2 and 0.3, until a target is within its
/// buffer. Phase 2: accuracy short and cost to spare: the two layers of highest divergence get two
/// bits more; cost exceeded and accuracy met: the two of lowest divergence two bits less (of equal
/// ones what saves most); one short, the other in its buffer: a swap; both short beyond their
/// buffers: abandoned. After three moves without a better configuration the best one and its
/// weights are restored and one layer moves at a time; after three more the loop stops and restores
/// it again. Better: within the cost before not, then the smaller violation, then the smaller cost.
/// If nothing seen is within the cost, the layers of lowest divergence are lowered until it is
/// (`fit`), which the paper leaves to its user.
LoopResult sigmaquant(const Plant& plant, const LoopTargets& targets);

}  // namespace terse::compress
