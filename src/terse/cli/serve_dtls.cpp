#include "terse/cli/serve_dtls.h"

#include "terse/base/error.h"
#include "terse/serve/dtls/transport.h"

namespace terse::cli {

void add_dtls_options(Command command, DtlsArguments& arguments) {
  Option coaps = command.add_option("--coaps", arguments.address, "HOST:PORT for DTLS (off)");
  const auto add = [&](const char* name, std::string& value, const char* text) {
    return command.add_option(name, value, text).needs(coaps);
  };
  serve::dtls::CredentialFiles& files = arguments.files;
  add("--coap-keys", files.keys, "file of DEVICE KEY lines");
  Option certificate = add("--coaps-certificate", files.certificate, "PEM file");
  Option key = add("--coaps-key", files.private_key, "PEM file");
  Option authorities =
      add("--coaps-ca", files.authorities,
          "PEM file of authorities: devices must have a certificate signed by one of them");
  certificate.needs(key);
  key.needs(certificate);
  authorities.needs(certificate);
}

std::unique_ptr<serve::coap::CoapServer> open_dtls(
    const DtlsArguments& arguments, const serve::core::ModelRegistry& registry,
    serve::core::Pipeline& pipeline, serve::core::Access& access, serve::store::Store* store,
    serve::core::Metrics& metrics, const serve::core::Heartbeats& heartbeats) {
  // Its families are at /metrics in any case.
  const serve::dtls::DtlsCounters counters(metrics);
  if (arguments.address.empty()) return nullptr;
  if (arguments.files.keys.empty() && arguments.files.certificate.empty()) {
    throw base::InputError("--coaps", "", "there is neither a key nor a certificate",
                           "add --coap-keys FILE, or --coaps-certificate FILE --coaps-key FILE");
  }
  return std::make_unique<serve::coap::CoapServer>(
      serve::dtls::open_transport(serve::core::parse_address(arguments.address, "coaps"),
                                  arguments.files, &access, counters),
      serve::coap::CoapOptions{serve::coap::Reading::own, 50'000, heartbeats}, registry, pipeline,
      store, serve::coap::CoapCounters(metrics));
}

}  // namespace terse::cli
