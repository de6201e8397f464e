// The options of a training, all that decides it, with the protocol's defaults (paper, section 4.1
// and appendix C).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "terse/data/split.h"
#include "terse/inference/parameters.h"
#include "terse/payload/layout.h"
#include "terse/quantize/method.h"
#include "terse/quantize/scale.h"

namespace terse::model {
struct Model;
}

namespace terse::train {

/// The weight of each class's rows in a classification's loss.
enum class ClassWeights : std::uint8_t {
  none,     ///< every row 1
  balanced  ///< rows / (classes * rows of the class): every class has the same total weight
};

/// The scale on which a number is trained.
enum class TargetScale : std::uint8_t {
  linear,  ///< as it is
  log      ///< its natural logarithm: the target is above 0; predictions are mapped back
};

struct Objective {
  inference::Loss loss = inference::Loss::squared_error;  ///< never cross_entropy
  double quantile = 0.5;                                  ///< of Loss::quantile, in (0, 1)
  TargetScale scale = TargetScale::linear;

  bool operator==(const Objective&) const = default;
};

/// The decoder of the codes.
enum class Decoder : std::uint8_t {
  network,      ///< the network that was trained with the thresholds
  boosted,      ///< boosted trees, grown on the codes once the thresholds are fixed
  extra_trees,  ///< extremely randomised trees, grown in the same way
  stack,        ///< these together and deeper boosted trees, weighed by folds
  best  ///< the one with the lowest loss on a tenth of the training rows, set aside to choose
};

/// What a device computes of its readings, to send with their codes or in place of them.
enum class Computed : std::uint8_t {
  nothing,
  forest,       ///< small trees of integers: the level of their sum, behind the codes
  forest_alone  ///< the level is all that is sent
};

/// The network that is trained with the thresholds.
enum class Network : std::uint8_t {
  plain,  ///< one
  tabm,   ///< TabM: submodels that share most of their weights, whose mean predicts; bw-* only
  best    ///< the one with the lower loss on a tenth of the training rows, set aside to choose
};
inline constexpr std::size_t submodel_count = 8;  ///< of TabM

/// The scale of every feature, and of some by name.
struct Scales {
  quantize::ScaleKind all = quantize::ScaleKind::linear;
  std::vector<std::pair<std::string, quantize::ScaleKind>> named = {};

  quantize::ScaleKind of(const std::string& feature) const;
};

/// How far a reading that is given back may be from what was read, in 95 of 100 rows.
struct Tolerance {
  std::string reading;  ///< empty: every number that is not named
  double value = 0.0;   ///< above 0: in units, or percent of the readings' range
  bool percent = false;

  bool operator==(const Tolerance&) const = default;
};

struct Options {
  quantize::Method method = quantize::Method::bw_sq;
  /// Where trained thresholds begin; nothing: where the method has them. sq and bw-sq only.
  std::optional<quantize::ThresholdStart> start;
  Network network = Network::plain;
  std::size_t submodels_per_row = 2;   ///< TabM: how many submodels learn from a row in an epoch
  Decoder decoder = Decoder::network;  ///< xgb, xgb-qq: boosted whatever this says; not for fp
  unsigned bits = 4;  ///< every feature gets 2^bits levels, unless named in `levels`; 1..8
  std::vector<std::pair<std::string, std::size_t>> levels;  ///< feature name, levels 1..256
  Scales scale;  ///< what readings go through before training; thresholds come back in raw units
  /// Thresholds stand halfway between the two training readings they part, and a feature has no
  /// more levels than readings that differ. Training rows keep their codes, except that codes
  /// which none of them has are left out.
  bool midway = false;
  std::vector<std::size_t> hidden = {128, 128, 128, 128, 128};
  unsigned epochs = 50;
  std::size_t batch_rows = 512;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;           ///< AdamW's: of the weights, not of biases and thresholds
  double threshold_rate_factor = 1.0;  ///< learning rate of the thresholds / learning_rate
  double dropout = 0.0;
  quantize::Schedule schedule = quantize::Schedule::exponential;
  double temperature_end = 1e-3;
  /// Share of the epochs, the last ones, over whose ends the parameters are averaged; 0: the last
  /// epoch's are taken.
  double average = 0.0;
  std::uint64_t seed = 0;  ///< split, initial weights, shuffling, dropout
  double test_fraction = 0.1;
  data::SplitRule split;  ///< of every split: into training and test part, into folds
  /// Rows that stay on one side of every split, of that between training and test part and of
  /// those between folds.
  data::Copies keep_copies_together = data::Copies::apart;
  std::string weight;   ///< column of the rows' weights in losses and metrics; empty: 1 each
  Objective objective;  ///< for a number; classes have cross entropy
  /// Of several targets: name, weight of its loss in the whole; 1 for those not named.
  std::vector<std::pair<std::string, double>> target_weights = {};
  /// The targets are the readings themselves (train/reconstruction.h).
  bool reconstruct = false;
  std::vector<Tolerance> tolerances = {};  ///< of readings given back; they choose the levels
  /// Share of the rows, 0.5 to below 1, that is to lie between two further outputs of a number
  /// (train/interval_training.h); 0: none.
  double interval = 0.0;
  unsigned threads = 1;
  payload::Packing packing = payload::Packing::bits;
  ClassWeights class_weights = ClassWeights::none;
  /// Probability that training takes a reading as missing; above 0 every feature gets a level for
  /// gaps, which counts among its levels.
  double drop_rate = 0.0;
  Computed computed = Computed::nothing;
  unsigned level_bits = 4;    ///< of a computed feature: 2^level_bits levels; 1..8
  unsigned forest_depth = 5;  ///< decisions of each tree on the device; 1..8
  unsigned forest_trees = 30;
  bool unseen_level = false;  ///< categorical features get a level for unknown categories
  /// A model whose messages stay as they are: only what decodes them is trained. What is said
  /// above of methods, thresholds, levels, scales and packing does not matter then.
  std::shared_ptr<const model::Model> encoder = {};
};

/// options.start, or the method's own.
quantize::ThresholdStart start_of(const Options& options);

/// Levels per feature. Throws OptionError for a name in options.levels that is not a feature.
std::vector<std::size_t> feature_levels(const Options& options,
                                        const std::vector<std::string>& feature_names);

/// "5x128", or "256,128,64" if the layers differ.
std::string hidden_text(const std::vector<std::size_t>& hidden);
/// The reverse; throws OptionError.
std::vector<std::size_t> parse_hidden(const std::string& text);
/// Throws OptionError unless there are 1 to 64 layers of 1 to 65536 units.
void check_hidden(const Options& options);

/// "temperature=5,humidity=16".
std::string levels_text(const std::vector<std::pair<std::string, std::size_t>>& levels);
/// The reverse; names may hold anything but ','. Throws OptionError.
std::vector<std::pair<std::string, std::size_t>> parse_levels(const std::string& text);
/// "yield=2,quality=0.5": the weights of targets.
std::string target_weights_text(const std::vector<std::pair<std::string, double>>& weights);
/// The reverse; names may hold anything but ','. Throws OptionError unless each weight is a number
/// above 0, at most 1e6, and no name comes twice.
std::vector<std::pair<std::string, double>> parse_target_weights(const std::string& text);

/// "temperature=0.2,humidity=2%,1%".
std::string tolerances_text(const std::vector<Tolerance>& tolerances);
/// The reverse; names may hold anything but ','. Throws OptionError unless each is a number above
/// 0, and no name, nor a tolerance without one, comes twice.
std::vector<Tolerance> parse_tolerances(const std::string& text);
/// "90%", empty for 0.
std::string interval_text(double share);
/// The reverse; throws OptionError unless it is 50% to below 100%.
double parse_interval(const std::string& text);

/// "auto,lux=log".
std::string scales_text(const Scales& scales);
/// The reverse; a kind without a name is that of all others. Throws OptionError.
Scales parse_scales(const std::string& text);
/// Throws OptionError unless every named feature has 1 to 256 levels.
void check_levels(const Options& options);

}  // namespace terse::train
