// terse encode: what the device would send for every row of a table.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/payload_file.h"
#include "terse/cli/table_options.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
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

template <typename Write>
void write_messages(const model::Model& model, const payload::Layout& layout,
                    base::ConstMatrixView readings, const Write& write) {
  const std::size_t features = readings.columns;
  std::vector<quantize::Code> codes(readings.rows * features);
  model::Encoder(model).encode(readings, codes);
  std::vector<std::uint8_t> payload(layout.bytes());
  for (std::size_t row = 0; row < readings.rows; ++row) {
    layout.pack(std::span(codes).subspan(row * features, features), payload);
    write(payload);
  }
}

template <typename Write>
void write_messages(const model::Model&, const payload::FloatLayout& layout,
                    base::ConstMatrixView readings, const Write& write) {
  std::vector<std::uint8_t> payload(layout.bytes());
  for (std::size_t row = 0; row < readings.rows; ++row) {
    layout.pack(readings.row(row), payload);
    write(payload);
  }
}

void run_encode(const EncodeArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  const data::Table table = read_table_for(model, arguments.table, false);
  const bool binary = arguments.output.ends_with(".bin");
  Output output(arguments.output);
  std::visit(
      [&](const auto& layout) {
        write_messages(model, layout, table.features, [&](std::span<const std::uint8_t> payload) {
          if (binary) {
            output.write(as_text(payload));
          } else {
            output.write(text::to_hex(payload) + '\n');
          }
        });
      },
      model.message());
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
