#include "terse/cli/kept_encoder.h"

#include <fmt/format.h>

#include <utility>

#include "terse/base/error.h"
#include "terse/model/file.h"
#include "terse/model/message_difference.h"

namespace terse::cli {
namespace {

// What decides how readings become codes.
void refuse_encoder_options(const TrainingOptions& given, const TaskOptions& task,
                            const TableOptions& table) {
  for (const char* option : {"method", "bits", "levels", "start", "scale", "between", "packing",
                             "unseen", "computed", "level_bits", "forest_depth", "forest_trees",
                             "schedule", "temperature_end", "threshold_rate_factor"}) {
    if (given.given(option)) refuse_with_encoder(flag_of(option));
  }
  if (given.has_protocol() && given.protocol() != train::Protocol::terse)
    refuse_with_encoder("--protocol");
  if (task.missing != TaskOptions{}.missing) refuse_with_encoder("--missing");
  if (!task.categorical.empty()) refuse_with_encoder("--categorical");
  if (!table.features.empty()) refuse_with_encoder("--features");
  if (!table.ignored.empty()) refuse_with_encoder("--ignore");
}

}  // namespace

void refuse_with_encoder(const std::string& option) {
  throw base::InputError(option, "", "the encoder of --encoder stays as it is",
                         "leave " + option + " out, or train without --encoder");
}

void require_messages_of(const std::string& encoder_path, const model::Model& model,
                         const std::string& source) {
  if (encoder_path.empty()) return;
  const std::string difference = model::message_difference(model::read_file(encoder_path), model);
  if (difference.empty()) return;
  throw base::InputError(
      source, "",
      fmt::format("its messages are not those of {}: {} is another", encoder_path, difference),
      fmt::format("train it with `terse train --encoder {}`", encoder_path));
}

Option add_encoder_option(Command command, std::string& path) {
  return command.add_option(
      "--encoder", path,
      "a model in the field whose messages stay as they are, bit for bit: only what decodes them "
      "is trained, on this table and target");
}

void keep_encoder_of(const std::string& path, const TrainingOptions& given, const TaskOptions& task,
                     const TableOptions& table, train::Options& options) {
  if (path.empty()) return;
  refuse_encoder_options(given, task, table);
  auto field = std::make_shared<model::Model>(model::read_file(path));
  if (field->full_precision()) {
    throw base::InputError(path, "", "its messages are readings in full precision, without codes",
                           "leave --encoder out and give --method fp or xgb");
  }
  options.encoder = std::move(field);
}

}  // namespace terse::cli
