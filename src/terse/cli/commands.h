// One function per command: declares its arguments and, as callback, parses, calls the library and
// prints.
#pragma once

#include <CLI/CLI.hpp>

namespace terse::cli {

void add_train(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_predict(CLI::App& program);
void add_encode(CLI::App& program);
void add_decode(CLI::App& program);
void add_export(CLI::App& program);
void add_airtime(CLI::App& program);
void add_inspect(CLI::App& program);
void add_serve(CLI::App& program);
void add_replay(CLI::App& program);
void add_data(CLI::App& program);
void add_allocate(CLI::App& program);
void add_compress(CLI::App& program);
void add_study(CLI::App& program);
void add_report(CLI::App& program);
void add_reproduce(CLI::App& program);

}  // namespace terse::cli
