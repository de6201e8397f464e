// terse data describe.
#pragma once

#include "terse/cli/command_line.h"

namespace terse::cli {

/// data: the command that it is a part of.
void add_data_describe(Command data);

}  // namespace terse::cli
