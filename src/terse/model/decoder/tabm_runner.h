// The submodels of a TabM decoder at work.
#pragma once

#include <memory>
#include <vector>

#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/runner.h"

namespace terse::model::decoder {

/// The features in groups of equal signs (for all submodels), each group's features ascending; in
/// the order of first features.
std::vector<std::vector<std::size_t>> sign_groups(const base::Matrix& signs);

std::unique_ptr<Runner> tabm_runner(const Tabm& tabm, const Shape& shape,
                                    const MakeProducts& products);

}  // namespace terse::model::decoder
