// terse encode: what the device would send for every row of a table.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/payload_file.h"
#include "terse/cli/table_options.h"
#include "terse/model/file.h"
#include "terse/model/messages.h"
#include "terse/text/hex.h"
#include "terse/text/number.h"

namespace terse::cli {
namespace {

struct EncodeArguments {
  std::string model;
  TableOptions table;
  std::string output;
  bool json = false;
};

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void run_encode(const EncodeArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  const data::Table table = read_table_for(model, arguments.table, false);
  const bool binary = arguments.output.ends_with(".bin");
  Output output(arguments.output);
  const auto payloads = model::messages_of(model, table.features);
  const std::size_t bytes = model.payload_bytes();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto payload = std::span(payloads).subspan(row * bytes, bytes);
    if (binary) {
      output.write(as_text(payload));
    } else {
      output.write(text::to_hex(payload) + '\n');
    }
  }
  output.finish();
  if (output.to_stdout()) return;
  if (arguments.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"payloads", table.rows()},
                                              {"payload_bytes", model.payload_bytes()},
                                              {"output", arguments.output}}
                           .dump(2));
  } else {
    fmt::print("{} of {} in {}\n", text::counted(table.rows(), "payload"),
               text::counted(model.payload_bytes(), "byte"), arguments.output);
  }
}

}  // namespace

void add_encode(Command program) {
  auto arguments = std::make_shared<EncodeArguments>();
  Command command = program.add_command("encode", "Write the payload of every row of a table");
  command.add_option("MODEL", arguments->model, "a .terse file").required();
  add_data_argument(command, arguments->table);
  command
      .add_option("-o,--output", arguments->output,
                  "file to write: .bin binary, otherwise hexadecimal lines (stdout)")
      .is_written();
  command.add_flag("--json", arguments->json, "with -o: machine-readable summary on stdout");
  command.runs([arguments] { run_encode(*arguments); });
}

}  // namespace terse::cli
