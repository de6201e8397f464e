#include "terse/quantize/method.h"

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

using enum FirstLayerInput;

constexpr std::array<MethodTraits, all_methods.size()> methods = {{
    {Method::fp, "fp", "full precision", readings, ThresholdStart::none, false},
    {Method::po_mq, "po-mq", "after training, min-max thresholds", readings, ThresholdStart::minmax,
     false},
    {Method::po_qq, "po-qq", "after training, quantile thresholds", readings,
     ThresholdStart::quantile, false},
    {Method::pr_mq, "pr-mq", "before training, min-max thresholds", midpoints,
     ThresholdStart::minmax, false},
    {Method::pr_qq, "pr-qq", "before training, quantile thresholds", midpoints,
     ThresholdStart::quantile, false},
    {Method::sq, "sq", "soft quantization, thresholds trained", soft_sum, ThresholdStart::quantile,
     true},
    {Method::bw_mq, "bw-mq", "bitwise, min-max thresholds", steps, ThresholdStart::minmax, false},
    {Method::bw_qq, "bw-qq", "bitwise, quantile thresholds", steps, ThresholdStart::quantile,
     false},
    {Method::bw_sq, "bw-sq", "bitwise soft quantization, thresholds trained", steps,
     ThresholdStart::quantile, true},
    {Method::lsq, "lsq", "learned step size, readings rounded to its multiples", step_size,
     ThresholdStart::none, true},
    {Method::llt4, "llt4", "learned look-up tables, four cells a level", FirstLayerInput::table,
     ThresholdStart::none, true},
    {Method::llt9, "llt9", "learned look-up tables, nine cells a level", FirstLayerInput::table,
     ThresholdStart::none, true},
    {Method::xgb, "xgb", "boosted trees on readings in full precision", FirstLayerInput::none,
     ThresholdStart::none, false},
    {Method::xgb_qq, "xgb-qq", "boosted trees on quantile codes", FirstLayerInput::none,
     ThresholdStart::quantile, false},
}};

constexpr std::array<std::string_view, 5> start_names = {"none", "minmax", "quantile", "kmeans",
                                                         "tree"};

}  // namespace

const MethodTraits& traits(Method method) {
  const auto index = static_cast<std::size_t>(method);
  TERSE_CHECK(index < methods.size() && methods[index].method == method);
  return methods[index];
}

std::optional<Method> parse_method(std::string_view id) {
  for (const MethodTraits& entry : methods) {
    if (entry.id == id) return entry.method;
  }
  return std::nullopt;
}

std::string_view name(ThresholdStart start) {
  const auto index = static_cast<std::size_t>(start);
  TERSE_CHECK(index < start_names.size());
  return start_names[index];
}

std::optional<ThresholdStart> parse_start(std::string_view name) {
  for (std::size_t index = 1; index < start_names.size(); ++index) {
    if (start_names[index] == name) return static_cast<ThresholdStart>(index);
  }
  return std::nullopt;
}

}  // namespace terse::quantize
