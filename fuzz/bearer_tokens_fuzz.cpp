// A file of bearer tokens: refused with InputError that tells nothing of a token, or read whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "terse/base/error.h"
#include "terse/serve/core/bearer_tokens.h"

namespace {

/// The text with another token in the line that the error names.
std::string with_another_token(std::string text, const std::string& place) {
  std::size_t begin = 0;
  for (int left = std::stoi(place.substr(place.find(' ') + 1)); left > 1; --left) {
    begin = text.find('\n', begin) + 1;
  }
  const std::size_t end = std::min(text.find_first_of(" \t\n", begin), text.size());
  return text.replace(begin, end - begin, end - begin, 'x');
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
    if (error.place().empty()) return 0;
    // What is said does not depend on the secret, so it cannot tell it.
    try {
      serve::core::parse_tokens(with_another_token(text, error.place()), "tokens");
      TERSE_CHECK(false);
    } catch (const base::InputError& of_another) {
      TERSE_CHECK(std::string(error.what()) == of_another.what());
    }
  }
  return 0;
}
