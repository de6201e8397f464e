#include "terse/cli/serve_coap.h"

#include <fstream>
#include <map>

#include "terse/base/error.h"

namespace terse::cli {
namespace {

std::map<std::string, std::string> read_keys(const std::string& path) {
  std::ifstream file(path);
  std::map<std::string, std::string> keys;
  for (std::string line; std::getline(file, line);) {
    const std::size_t space = line.find(' ');
    if (line.empty()) continue;
    if (space == 0 || space == std::string::npos || space + 1 == line.size()) {
      throw base::InputError(path, "", "a line is not DEVICE KEY",
                             "write the device, a space, its key");
    }
    keys[line.substr(0, space)] = line.substr(space + 1);
  }
  if (keys.empty())
    throw base::InputError(path, "", "holds no key", "write DEVICE KEY, one a line");
  return keys;
}

}  // namespace

void add_coap_options(Command command, CoapArguments& arguments) {
  command.add_option("--coap", arguments.coap, "HOST:PORT, for example 127.0.0.1:5683 (off)");
  command.add_flag("--coap-write-only", arguments.write_only,
                   "do not let peers of plain CoAP read predictions");
  Option coaps = command.add_option("--coaps", arguments.coaps, "HOST:PORT for DTLS (off)");
  const auto add = [&](const char* name, std::string& value, const char* text) {
    Option option = command.add_option(name, value, text);
    return option.needs(coaps);
  };
  add("--coap-keys", arguments.keys, "file of DEVICE KEY lines");
  Option certificate = add("--coaps-certificate", arguments.certificate, "PEM file");
  Option key = add("--coaps-key", arguments.private_key, "PEM file");
  Option authorities = add("--coaps-ca", arguments.authorities,
                           "PEM file: demand certificates of devices, signed by one of these");
  certificate.needs(key);
  key.needs(certificate);
  authorities.needs(certificate);
}

std::unique_ptr<serve::coap::CoapServer> open_coap(const CoapArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics) {
  if (arguments.coap.empty()) return nullptr;
  serve::coap::CoapOptions options;
  options.address = serve::core::parse_address(arguments.coap, "coap");
  options.predictions_readable = !arguments.write_only;
  return std::make_unique<serve::coap::CoapServer>(options, registry, pipeline, store, metrics);
}

std::unique_ptr<serve::dtls::DtlsServer> open_coaps(const CoapArguments& arguments,
                                                    const serve::core::ModelRegistry& registry,
                                                    serve::core::Pipeline& pipeline,
                                                    serve::store::Store* store,
                                                    serve::core::Metrics& metrics) {
  if (arguments.coaps.empty()) return nullptr;
  if (arguments.keys.empty() && arguments.certificate.empty()) {
    throw base::InputError("--coaps", "", "there is neither a key nor a certificate",
                           "add --coap-keys FILE, or --coaps-certificate FILE --coaps-key FILE");
  }
  serve::dtls::DtlsOptions options;
  options.address = serve::core::parse_address(arguments.coaps, "coaps");
  if (!arguments.keys.empty()) options.keys = read_keys(arguments.keys);
  options.certificate = arguments.certificate;
  options.private_key = arguments.private_key;
  options.authorities = arguments.authorities;
  return std::make_unique<serve::dtls::DtlsServer>(std::move(options), registry, pipeline, store,
                                                   metrics);
}

}  // namespace terse::cli
