#include "terse/cli/protocol_options.h"

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {

void add_protocol_options(Command command, ProtocolOptions& options) {
  command
      .add_option("--protocol", options.protocol,
                  "defaults of --start, --average and --tau-end: terse, or paper (as published)")
      .one_of({"terse", "paper"})
      .shows_default();
  command.add_option("--start", options.start,
                     "where thresholds of sq and bw-sq begin: quantile, minmax, kmeans or tree "
                     "(tree; paper: quantile)");
  command.add_option("--average", options.average,
                     "share of the epochs, the last ones, whose weights are averaged "
                     "(0.25; paper: 0)");
  command.add_option("--tau-end", options.temperature_end,
                     "the last temperature (0.001, llt4 and llt9 0.0001; paper: 0.001)");
}

train::Protocol protocol_of(const ProtocolOptions& options) {
  const auto protocol = train::parse_protocol(options.protocol);
  TERSE_CHECK(protocol.has_value());
  return *protocol;
}

void apply_protocol(const ProtocolOptions& from, quantize::Method method, train::Options& to) {
  const train::Options defaults = train::default_options(protocol_of(from), method);
  to.method = method;
  to.start = defaults.start;
  if (!from.start.empty()) {
    to.start = quantize::parse_start(from.start);
    if (!to.start) {
      throw base::InputError("--start", "", text::in_quotes(from.start) + " is not a start",
                             "choose quantile, minmax, kmeans or tree");
    }
  }
  to.average = from.average.value_or(defaults.average);
  to.temperature_end = from.temperature_end.value_or(defaults.temperature_end);
}

}  // namespace terse::cli
