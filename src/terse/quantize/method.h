// The methods that can be trained and compared (paper, section 4.1 and appendix A), and their
// differences.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace terse::quantize {

enum class Method : std::uint8_t {
  fp,
  po_mq,
  po_qq,
  pr_mq,
  pr_qq,
  sq,
  bw_mq,
  bw_qq,
  bw_sq,
  lsq,
  llt4,
  llt9,
  xgb,
  xgb_qq
};

/// The methods that train a network.
inline constexpr std::array network_methods = {
    Method::fp,    Method::po_mq, Method::po_qq, Method::pr_mq, Method::pr_qq, Method::sq,
    Method::bw_mq, Method::bw_qq, Method::bw_sq, Method::lsq,   Method::llt4,  Method::llt9};
inline constexpr std::array all_methods = {
    Method::fp,   Method::po_mq, Method::po_qq, Method::pr_mq, Method::pr_qq,
    Method::sq,   Method::bw_mq, Method::bw_qq, Method::bw_sq, Method::lsq,
    Method::llt4, Method::llt9,  Method::xgb,   Method::xgb_qq};

/// The input of the network's first layer in training.
enum class FirstLayerInput : std::uint8_t {
  readings,   ///< fp, po-*: the standardised readings
  midpoints,  ///< pr-*: the midpoint value of each reading's code
  soft_sum,   ///< sq: per feature the sum of its soft steps
  step_size,  ///< lsq: each reading rounded to a multiple of a step size that learns
  table,      ///< llt4, llt9: each reading looked up in a table that learns
  none,       ///< xgb, xgb-qq: there is no network, boosted trees decode
  steps       ///< bw-*: every step of every feature, hard or soft
};

/// How the temperature of soft steps falls over the epochs (quantize/schedule.h).
enum class Schedule : std::uint8_t { exponential, linear, warmup, cosine, cyclical };

/// Where thresholds start (and stay, unless trained).
enum class ThresholdStart : std::uint8_t {
  none,
  minmax,
  quantile,
  kmeans,  ///< between clusters of the readings
  tree     ///< where a small boosted model splits
};

struct MethodTraits {
  Method method;
  std::string_view id;  ///< as on the command line: "bw-sq"
  std::string_view description;
  FirstLayerInput input;
  ThresholdStart start;
  bool trains_thresholds;  ///< thresholds learn with the network
};

/// The fixed properties of a method.
const MethodTraits& traits(Method method);
/// Whether thresholds learn from a start that can be chosen: sq, bw-sq.
inline bool choosable_start(Method method) {
  return traits(method).trains_thresholds && traits(method).start != ThresholdStart::none;
}
/// Its name on the command line.
inline std::string_view id(Method method) {
  return traits(method).id;
}
/// Whether readings are sent as they are: fp, xgb.
constexpr bool full_precision(Method method) {
  return method == Method::fp || method == Method::xgb;
}
/// The method with this id, or nothing.
std::optional<Method> parse_method(std::string_view id);

/// "quantile" and so on; "none".
std::string_view name(ThresholdStart start);
/// The start with this name, or nothing; "none" does not name one.
std::optional<ThresholdStart> parse_start(std::string_view name);

}  // namespace terse::quantize
