#include "terse/cli/serve_dtls.h"

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

void add_dtls_options(Command command, DtlsArguments& arguments) {
  Option coaps = command.add_option("--coaps", arguments.address, "HOST:PORT for DTLS (off)");
  const auto add = [&](const char* name, std::string& value, const char* text) {
    return command.add_option(name, value, text).needs(coaps);
  };
  add("--coap-keys", arguments.keys, "file of DEVICE KEY lines");
  Option certificate = add("--coaps-certificate", arguments.certificate, "PEM file");
  Option key = add("--coaps-key", arguments.private_key, "PEM file");
  Option authorities =
      add("--coaps-ca", arguments.authorities,
          "PEM file of authorities: devices must have a certificate signed by one of them");
  certificate.needs(key);
  key.needs(certificate);
  authorities.needs(certificate);
}

std::unique_ptr<serve::dtls::DtlsServer> open_dtls(const DtlsArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics) {
  // Its families are at /metrics in any case.
  const serve::dtls::DtlsCounters counters(metrics);
  if (arguments.address.empty()) return nullptr;
  if (arguments.keys.empty() && arguments.certificate.empty()) {
    throw base::InputError("--coaps", "", "there is neither a key nor a certificate",
                           "add --coap-keys FILE, or --coaps-certificate FILE --coaps-key FILE");
  }
  serve::dtls::DtlsOptions options;
  options.address = serve::core::parse_address(arguments.address, "coaps");
  if (!arguments.keys.empty()) options.keys = read_keys(arguments.keys);
  options.certificate = arguments.certificate;
  options.private_key = arguments.private_key;
  options.authorities = arguments.authorities;
  return std::make_unique<serve::dtls::DtlsServer>(std::move(options), registry, pipeline, store,
                                                   counters);
}

}  // namespace terse::cli
