// --tag of the commands that make a model: the byte that begins each message and names its format.
#pragma once

#include <string>

#include "terse/cli/command_line.h"
#include "terse/model/model.h"

namespace terse::cli {

/// tag: "none", as it is by default.
void add_tag_option(Command command, std::string& tag);

/// Throws OptionError for text that names no tag for messages of this method.
void require_tag(const std::string& tag, quantize::Method method);

/// The tag that `tag` says, once the model has all that travels.
void give_tag(model::Model& model, const std::string& tag);

}  // namespace terse::cli
