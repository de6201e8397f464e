// The arguments whose defaults depend on the protocol and the method.
#pragma once

#include <optional>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/train/options.h"
#include "terse/train/protocol.h"

namespace terse::cli {

struct ProtocolOptions {
  std::string protocol = "terse";
  std::string start;  ///< empty: the protocol's
  std::optional<double> average;
  std::optional<double> temperature_end;
};

/// --protocol, --start, --average, --tau-end.
void add_protocol_options(Command command, ProtocolOptions& options);

train::Protocol protocol_of(const ProtocolOptions& options);

/// Sets method, start, average and last temperature: what was given, else the protocol's for this
/// method. Throws InputError naming the option.
void apply_protocol(const ProtocolOptions& from, quantize::Method method, train::Options& to);

}  // namespace terse::cli
