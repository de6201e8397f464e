// One training of a study, its identity and its result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/study/setting.h"
#include "terse/train/options.h"

namespace terse::study {

/// The purpose of a training.
enum class Role : std::uint8_t {
  search,  ///< measured on one fold of the rows kept from the held-out part: chooses settings
  final    ///< measured on the test part of one split: enters the tables
};

struct Trial {
  std::string data_hash;        ///< data::content_hash of the table: a moved file repeats nothing
  train::Options options;       ///< seed: of the split, the weights, the shuffling; one thread
  bool classification = false;  ///< splits are stratified
  Role role = Role::final;
  unsigned fold = 0;   ///< search: 0..folds-1
  unsigned folds = 0;  ///< search
};

/// Everything that decides the trial's outcome as one line of JSON with sorted keys. It holds a
/// number that is raised whenever training itself changes its results.
std::string canonical_json(const Trial& trial);

/// SHA-256 of canonical_json, 64 hexadecimal digits.
std::string trial_hash(const Trial& trial);

/// Float operations of the training, roughly: good for ordering and for an ETA.
double estimated_cost(const Trial& trial, std::size_t rows, std::size_t features);

struct TrialResult {
  std::vector<std::pair<std::string, double>> metrics;  ///< train::evaluate's; empty if it failed
  double payload_bits = 0;
  double payload_bytes = 0;
  double compression = 1;
  double train_seconds = 0;
  std::string error;                            ///< why it failed; empty if it did not
  std::vector<std::vector<double>> thresholds;  ///< per feature, raw units; may be left out

  /// NaN if it is not among the metrics.
  double metric(std::string_view name) const;
  /// What training minimises: loss where it is another one, mse, else log_loss; NaN if it failed.
  double loss() const;
};

}  // namespace terse::study
