// The options of terse serve that say what is kept, and what counters mean.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/store/store_options.h"

namespace terse::cli {

struct RulesArguments {
  std::vector<std::string> counters;
  std::vector<std::string> compared;
  std::vector<std::string> heartbeats;
  unsigned quarantine_mib = 64;
};

void add_rules_options(Command command, RulesArguments& arguments);

/// By model, as PipelineRules has them. Throws InputError for a text that is not
/// "[MODEL=]strict|session|window[:BACK]" and for a model that is not served.
std::map<std::string, serve::store::CounterPolicy, std::less<>> counter_policies(
    const RulesArguments& arguments, const serve::core::ModelRegistry& registry);

/// Shares of devices by model. Throws InputError for a text that is not "MODEL=PERCENT", and for a
/// model that is not served.
serve::core::ComparedShares compared_shares(const RulesArguments& arguments,
                                            const serve::core::ModelRegistry& registry);

/// Throws InputError for a text that is not "[MODEL=]DURATION", and for a model that is not served.
serve::core::Heartbeats heartbeats_of(const RulesArguments& arguments,
                                      const serve::core::ModelRegistry& registry);

serve::store::StoreOptions store_options(const RulesArguments& arguments);

}  // namespace terse::cli
