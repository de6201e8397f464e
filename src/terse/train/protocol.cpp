#include "terse/train/protocol.h"

namespace terse::train {

std::optional<Protocol> parse_protocol(std::string_view name) {
  if (name == "terse") return Protocol::terse;
  if (name == "paper") return Protocol::paper;
  return std::nullopt;
}

Options default_options(Protocol protocol, quantize::Method method) {
  Options options;
  options.method = method;
  if (protocol == Protocol::paper) return options;
  options.average = 0.25;
  options.scale.all = quantize::ScaleKind::automatic;
  options.midway = true;
  if (quantize::choosable_start(method)) options.start = quantize::ThresholdStart::tree;
  // Its look-up tables are still soft at the published last temperature, and predict other values
  // than they were trained to once they are made hard.
  if (method == quantize::Method::llt4 || method == quantize::Method::llt9) {
    options.temperature_end = 1e-4;
  }
  return options;
}

}  // namespace terse::train
