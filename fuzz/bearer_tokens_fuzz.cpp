// A file of bearer tokens: refused with InputError that does not repeat a token, or read whole.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "terse/base/error.h"
#include "terse/serve/core/bearer_tokens.h"

namespace {

/// The first word of the line that the error names; empty for the whole file.
std::string secret_of(const std::string& text, const std::string& place) {
  if (place.empty()) return "";
  std::istringstream lines(text);
  std::string line;
  for (int left = std::stoi(place.substr(place.find(' ') + 1)); left > 0; --left) {
    std::getline(lines, line);
  }
  return line.substr(0, line.find_first_of(" \t"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const auto tokens = serve::core::parse_tokens(text, "tokens");
    TERSE_CHECK(!tokens.empty());
    for (const serve::core::BearerToken& token : tokens) {
      TERSE_CHECK(!token.secret.empty() && token.grant != nullptr && !token.grant->name.empty());
      TERSE_CHECK(text.find(token.secret) != std::string::npos);
    }
  } catch (const base::InputError& error) {
    // Shorter ones may be part of the sentence by chance, others of the rest of their line.
    const std::string secret = secret_of(text, error.place());
    TERSE_CHECK(secret.size() < 24 || text.find(secret) != text.rfind(secret) ||
                std::string(error.what()).find(secret) == std::string::npos);
  }
  return 0;
}
