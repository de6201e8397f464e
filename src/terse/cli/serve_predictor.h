// The option of terse serve for models whose decoder runs elsewhere.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/serve/core/external_predictor.h"
#include "terse/serve/core/metrics.h"
#include "terse/serve/core/model_registry.h"

namespace terse::cli {

void add_predictor_option(Command command, std::vector<std::string>& predictors);

/// Into what the registry is given. Throws InputError for a text that is not "[NAME=]URL".
void read_predictors(const std::vector<std::string>& predictors,
                     serve::core::RegistrySources& sources);

/// Null if none is named.
std::unique_ptr<serve::core::ExternalPredictor> open_predictor(
    const serve::core::RegistrySources& sources, serve::core::Metrics& metrics);

}  // namespace terse::cli
