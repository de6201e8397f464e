// Friedman's artificial regression problem, the built-in table.
// Source: J. H. Friedman, "Multivariate adaptive regression splines", Annals of Statistics 19(1),
// 1991, section 4.3; in the shape of the published set (OpenML 564): ten features, five of them
// without effect, three decimals.
#pragma once

#include <cstdint>
#include <string>

#include "terse/data/frame.h"

namespace terse::data {

/// Columns X1..X10, uniform on [0, 1], and
/// y = 10 sin(pi X1 X2) + 20 (X3 - 0.5)^2 + 10 X4 + 5 X5 + N(0, 1), all rounded to three decimals.
/// Same seed, same table; fewer rows are the first rows of more.
Frame fried(std::uint64_t rows = 40768, std::uint64_t seed = 0);

/// Reads the DATA name "fried[:rows[:seed]]". Throws InputError.
Frame read_fried(const std::string& data);

}  // namespace terse::data
