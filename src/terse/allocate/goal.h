// The goal of an allocation, a message of a given number of bits, and the model that meets it.
#pragma once

#include <cstddef>
#include <vector>

#include "terse/allocate/allocate.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::allocate {

/// The options of its trainings before the user changes some.
train::Options default_training();

/// The budgets for a message of at most `bits`, falling: where rows are few, smaller messages may
/// predict better.
std::vector<double> budgets_within(double bits);

/// AllocateOptions::start_bits of a largest budget: levels that grew too many are taken away again.
double default_start_bits(std::size_t features, const train::Options& training, double budget);

/// The point of the least validation loss among those whose message fits. points: one of them does.
std::size_t best_within(const Curve& curve, double bits);

/// model_of() a point with its record: trained on the split's training part, measured on the test
/// part, or on the training part without one. Time and command are the caller's to add.
model::Model recorded_model(const CurvePoint& point, const data::Table& table,
                            const data::Split& split, const train::Options& training,
                            const AllocateOptions& options, const train::Observer& observer);

}  // namespace terse::allocate
