// The options of terse serve about who may write as whom (docs/server/tokens.md).
#pragma once

#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/serve/core/access.h"

namespace terse::cli {

struct AccessArguments {
  std::vector<std::string> accept_weaker;  ///< device=NAME or model=NAME
};

void add_access_options(Command command, AccessArguments& arguments);

/// Throws InputError.
serve::core::WeakerSenders weaker_senders(const AccessArguments& arguments);

}  // namespace terse::cli
