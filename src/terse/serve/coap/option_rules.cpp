#include "terse/serve/coap/option_rules.h"

#include <algorithm>
#include <array>

namespace terse::serve::coap {
namespace {

struct Rule {
  std::uint32_t option;
  std::size_t least;
  std::size_t most;
  bool repeatable = false;
};

constexpr std::array rules{
    Rule{uri_host, 1, 255},       Rule{observe, 0, 3},        Rule{uri_port, 0, 2},
    Rule{uri_path, 0, 255, true}, Rule{content_format, 0, 2}, Rule{uri_query, 0, 255, true},
    Rule{accept, 0, 2},           Rule{block2, 0, 3},         Rule{block1, 0, 3},
    Rule{proxy_uri, 1, 1034},     Rule{proxy_scheme, 1, 255}, Rule{echo, 1, 40},
    Rule{no_response, 0, 1},
};

}  // namespace

bool is_understood(std::uint32_t option, std::size_t bytes, std::size_t count) {
  const auto* const rule = std::ranges::find(rules, option, &Rule::option);
  if (rule == rules.end()) return false;
  return bytes >= rule->least && bytes <= rule->most && (count == 1 || rule->repeatable);
}

}  // namespace terse::serve::coap
