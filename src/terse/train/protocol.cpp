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

Options with_given(Options options, std::optional<Protocol> protocol,
                   std::span<const GivenOption> given) {
  const auto set = [&](bool method) {
    for (const GivenOption& one : given) {
      if ((one.option->name == "method") == method) one.option->set(options, one.value);
    }
  };
  set(true);
  if (protocol) {
    const Options own = default_options(*protocol, options.method);
    options.start = own.start;
    options.scale = own.scale;
    options.midway = own.midway;
    options.average = own.average;
    options.temperature_end = own.temperature_end;
  }
  set(false);
  return options;
}

Decoder default_decoder(Protocol protocol, quantize::Method method) {
  const bool ours = protocol == Protocol::terse && method == quantize::Method::bw_sq;
  return ours ? Decoder::best : Decoder::network;
}

}  // namespace terse::train
