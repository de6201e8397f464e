// One function per command: declares its arguments and, as callback, parses, calls the library and
// prints.
#pragma once

#include "terse/cli/command_line.h"

namespace terse::cli {

void add_train(Command program);
void add_evaluate(Command program);
void add_predict(Command program);
void add_encode(Command program);
void add_decode(Command program);
void add_export(Command program);
void add_airtime(Command program);
void add_inspect(Command program);
void add_serve(Command program);
void add_replay(Command program);
void add_data(Command program);
void add_allocate(Command program);
void add_compress(Command program);
void add_study(Command program);
void add_report(Command program);
void add_reproduce(Command program);

}  // namespace terse::cli
