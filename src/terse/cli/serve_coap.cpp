#include "terse/cli/serve_coap.h"

namespace terse::cli {

void add_coap_options(Command command, CoapArguments& arguments) {
  command.add_option("--coap", arguments.address, "HOST:PORT, for example 127.0.0.1:5683 (off)");
  command.add_flag("--coap-write-only", arguments.write_only,
                   "do not let peers of plain CoAP read predictions");
}

std::unique_ptr<serve::coap::CoapServer> open_coap(const CoapArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics) {
  // Its families are at /metrics in any case.
  const serve::coap::CoapCounters counters(metrics);
  if (arguments.address.empty()) return nullptr;
  serve::coap::CoapOptions options;
  options.address = serve::core::parse_address(arguments.address, "coap");
  options.predictions_readable = !arguments.write_only;
  return std::make_unique<serve::coap::CoapServer>(options, registry, pipeline, store, counters);
}

}  // namespace terse::cli
