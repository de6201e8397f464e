#include "terse/compress/finish.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

constexpr std::size_t unseen_min = 20;

/// A way to train: epochs of the tuning or none, and a share of its learning rate.
struct Manner {
  bool trains = true;
  double rate = 1.0;
};
constexpr std::array<Manner, 3> manners{{{true, 1.0}, {true, 0.1}, {false, 0.0}}};

std::vector<double> losses_of_given(const FloatNetwork& given, const CodedRows& rows) {
  const Widths all_float(given.layer_count(), float_bits);
  return losses_of(outputs(given, all_float, {}, rows), rows);
}

std::vector<double> losses_of(const Finished& finished, const CodedRows& rows) {
  return losses_of(outputs(finished.network, finished.widths, finished.activation_scales, rows),
                   rows);
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Finished trained(const FloatNetwork& given, const Widths& widths, const CodedRows& training,
                 const FineTuning& tuning, const Manner& manner) {
  Finished result{given, widths, {}, {}};
  if (manner.trains) {
    FineTuning own = tuning;
    own.learning_rate *= manner.rate;
    fine_tune(result.network, widths, training, own);
  }
  result.activation_scales = calibrated_activations(result.network, widths, training);
  return result;
}

/// Whether the losses are shown to be at most `share` above the given ones: as the first to pass is
/// taken, luck would add up.
bool is_within(std::span<const double> losses, std::span<const double> given, double share) {
  // A bound one standard error above the mean. It only chooses; the claim is made on other rows.
  constexpr double error = 0.16;
  return stats::as_good(stats::compare({losses, given}, {share, 0.0}, {}, error).verdict);
}

Finished chosen(const FloatNetwork& given, std::span<const Widths> widths,
                const CodedRows& training, const CodedRows& choosing, double share,
                const FineTuning& tuning) {
  const std::vector<double> before = losses_of_given(given, choosing);
  Finished best;
  std::vector<double> best_losses;
  for (const Widths& one : widths) {
    for (const Manner& manner : manners) {
      Finished candidate = trained(given, one, training, tuning, manner);
      std::vector<double> losses = losses_of(candidate, choosing);
      if (!best_losses.empty() && mean(losses) >= mean(best_losses)) continue;
      best = std::move(candidate);
      best_losses = std::move(losses);
    }
    if (is_within(best_losses, before, share)) break;
  }
  return best;
}

}  // namespace

UnseenRows shared_out(std::span<const std::uint32_t> unseen, bool chooses, std::uint64_t seed) {
  UnseenRows parts;
  if (unseen.size() < unseen_min) return parts;
  parts.judging.assign(unseen.begin(), unseen.end());
  if (!chooses) return parts;
  base::Random(seed).shuffle(parts.judging);
  const auto middle = parts.judging.begin() + static_cast<std::ptrdiff_t>(unseen.size() / 2);
  parts.choosing.assign(middle, parts.judging.end());
  parts.judging.erase(middle, parts.judging.end());
  return parts;
}

Finished finish(const FloatNetwork& given, std::span<const Widths> widths,
                const CodedRows& training, const CodedRows& choosing, const CodedRows& judging,
                double share, const FineTuning& tuning) {
  TERSE_CHECK(!widths.empty());
  Finished result = choosing.rows() == 0
                        ? trained(given, widths.front(), training, tuning, manners.front())
                        : chosen(given, widths, training, choosing, share, tuning);
  if (judging.rows() > 0) {
    result.comparison =
        stats::compare({losses_of(result, judging), losses_of_given(given, judging)}, {share, 0.0});
  }
  return result;
}

}  // namespace terse::compress
