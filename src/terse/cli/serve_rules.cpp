#include "terse/cli/serve_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

using serve::store::CounterPolicy;

std::optional<CounterPolicy> policy_of(std::string_view text) {
  using Kind = CounterPolicy::Kind;
  if (text == "strict") return CounterPolicy{Kind::strict};
  if (text == "session") return CounterPolicy{Kind::session};
  if (text == "window") return CounterPolicy{Kind::window};
  constexpr std::string_view prefix = "window:";
  if (!text.starts_with(prefix)) return std::nullopt;
  const auto back = serve::core::read_counter(text.substr(prefix.size()));
  if (!back || *back == 0) return std::nullopt;
  return CounterPolicy{Kind::window, *back};
}

void check_served(const char* option, const std::string& model,
                  const serve::core::ModelRegistry& registry) {
  const auto models = registry.all();
  const bool served = std::any_of(models.begin(), models.end(),
                                  [&](const auto& each) { return each->name == model; });
  if (served) return;
  throw base::InputError(option, "", "the model " + text::in_quotes(model) + " is not served",
                         "write the name before = in MODEL, or that of its file");
}

}  // namespace

void add_rules_options(Command command, RulesArguments& arguments) {
  command.add_option("--counters", arguments.counters,
                     "what a counter that falls means: [MODEL=]strict, session or window[:BACK], "
                     "may be repeated (strict)");
  command.add_option(
      "--compare", arguments.compared,
      "MODEL=PERCENT of the devices whose messages the version before the newest, of "
      "the same wire format, predicts too; /metrics says how far they differ; may "
      "be repeated");
  command.add_option("--heartbeat", arguments.heartbeats,
                     "how long a device that sends on change may be silent, [MODEL=]DURATION such "
                     "as 90s, 30m, 12h or 2d: its last message holds until then; may be repeated");
  command
      .add_option("--quarantine-mib", arguments.quarantine_mib,
                  "keep so much of refused payloads, the newest")
      .between(1U, 1'000'000U)
      .shows_default();
}

std::map<std::string, CounterPolicy, std::less<>> counter_policies(
    const RulesArguments& arguments, const serve::core::ModelRegistry& registry) {
  std::map<std::string, CounterPolicy, std::less<>> policies;
  for (const std::string& text : arguments.counters) {
    const std::size_t equals = text.rfind('=');
    const std::string model = equals == std::string::npos ? "" : text.substr(0, equals);
    const auto policy =
        policy_of(std::string_view(text).substr(equals == std::string::npos ? 0 : equals + 1));
    if (!policy || equals == 0) {
      throw base::InputError("--counters", "",
                             text::in_quotes(text) +
                                 " is not [MODEL=]strict, [MODEL=]session or [MODEL=]window[:BACK]",
                             "write for example pump=session, or window:16384");
    }
    if (!model.empty()) check_served("--counters", model, registry);
    policies[model] = *policy;
  }
  return policies;
}

serve::core::ComparedShares compared_shares(const RulesArguments& arguments,
                                            const serve::core::ModelRegistry& registry) {
  serve::core::ComparedShares shares;
  for (const std::string& text : arguments.compared) {
    const std::size_t equals = std::min(text.rfind('='), text.size());
    std::string_view percent = std::string_view(text).substr(std::min(equals + 1, text.size()));
    if (percent.ends_with('%')) percent.remove_suffix(1);
    const auto share = text::parse_number<double>(percent);
    if (equals == 0 || !share || !(*share >= 0.0 && *share <= 100.0)) {
      throw base::InputError("--compare", "", text::in_quotes(text) + " is not MODEL=PERCENT",
                             "write for example pump=10");
    }
    const std::string model = text.substr(0, equals);
    check_served("--compare", model, registry);
    shares[model] = *share / 100.0;
  }
  return shares;
}

serve::core::Heartbeats heartbeats_of(const RulesArguments& arguments,
                                      const serve::core::ModelRegistry& registry) {
  serve::core::Heartbeats::Longest longest;
  for (const std::string& text : arguments.heartbeats) {
    const std::size_t equals = text.rfind('=');
    const std::string model = equals == std::string::npos ? "" : text.substr(0, equals);
    const auto duration = serve::core::parse_duration(
        std::string_view(text).substr(equals == std::string::npos ? 0 : equals + 1));
    if (!duration || equals == 0) {
      throw base::InputError("--heartbeat", "", text::in_quotes(text) + " is not [MODEL=]DURATION",
                             "write for example 12h, or pump=90m");
    }
    if (!model.empty()) check_served("--heartbeat", model, registry);
    longest[model] = *duration;
  }
  return serve::core::Heartbeats(std::move(longest));
}

serve::store::StoreOptions store_options(const RulesArguments& arguments) {
  return {.quarantine_bytes = std::uint64_t{arguments.quarantine_mib} << 20U};
}

}  // namespace terse::cli
