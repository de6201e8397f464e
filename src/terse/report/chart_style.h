// The style that all charts share: colours, marks, axes.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "terse/study/summary.h"

namespace terse::report {

using Json = nlohmann::ordered_json;

// Okabe and Ito's colours, without yellow, which vanishes on white, and black, which does on black.
inline constexpr std::array palette{"#0072B2", "#D55E00", "#009E73",
                                    "#CC79A7", "#E69F00", "#56B4E9"};
inline constexpr std::array shapes{"circle", "square",        "triangle-up",  "diamond",
                                   "cross",  "triangle-down", "triangle-left"};
inline constexpr const char* grey = "#808080";

/// A Vega-Lite document over `values`, as wide as its place, `height` pixels high.
Json document(const std::string& alt, unsigned height, Json values);

/// An encoding of a field; type as Vega-Lite names it.
Json field(const char* name, const char* type, const char* title);

/// The encoding of field "method" as colour or shape: the same in every figure of the summary. Only
/// `methods` appear in the legend.
Json method_encoding(const study::Summary& summary, const std::vector<std::string>& methods,
                     bool as_shapes);

/// As text. What is not UTF-8 becomes U+FFFD.
std::string text_of(const Json& spec);

}  // namespace terse::report
