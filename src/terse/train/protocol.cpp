#include "terse/train/protocol.h"

#include <algorithm>

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

Options for_tabm(Options plain) {
  constexpr double weight_decay = 3e-3;
  plain.network = Network::tabm;
  plain.submodels_per_row = submodel_count;
  if (plain.hidden == Options{}.hidden) plain.hidden = {128, 128};
  plain.learning_rate = std::min(1.0, 2.0 * plain.learning_rate);
  plain.dropout = 0.5 * plain.dropout;
  if (plain.weight_decay == 0.0) plain.weight_decay = weight_decay;
  return plain;
}

Options with_given(Options options, std::optional<Protocol> protocol,
                   std::span<const GivenOption> given) {
  // Those that others' defaults depend on come first.
  const auto set = [&](bool first) {
    for (const GivenOption& one : given) {
      const bool decides = one.option->name == "method" || one.option->name == "network";
      if (decides == first) one.option->set(options, one.value);
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
  if (options.network == Network::tabm) options = for_tabm(options);
  set(false);
  return options;
}

Decoder default_decoder(Protocol protocol, quantize::Method method) {
  const bool ours = protocol == Protocol::terse && method == quantize::Method::bw_sq;
  return ours ? Decoder::best : Decoder::network;
}

}  // namespace terse::train
