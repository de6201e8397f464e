#include "terse/cli/serve_coap.h"

#include <utility>

#include "terse/serve/coap/udp_transport.h"

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
                                                   serve::core::Metrics& metrics,
                                                   const serve::core::Heartbeats& heartbeats) {
  // Its families are at /metrics in any case.
  const serve::coap::CoapCounters counters(metrics);
  if (arguments.address.empty()) return nullptr;
  auto transport = std::make_unique<serve::coap::UdpTransport>(
      serve::core::parse_address(arguments.address, "coap"));
  const serve::coap::CoapOptions options{
      .reading = arguments.write_only ? serve::coap::Reading::nothing : serve::coap::Reading::all,
      .heartbeats = heartbeats};
  return std::make_unique<serve::coap::CoapServer>(std::move(transport), options, registry,
                                                   pipeline, store, counters);
}

}  // namespace terse::cli
