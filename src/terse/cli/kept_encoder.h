// --encoder: the encoder of a model in the field, which stays as it is while its decoder is trained
// anew.
#pragma once

#include <string>

#include "terse/cli/command_line.h"
#include "terse/cli/table_options.h"
#include "terse/cli/task_options.h"
#include "terse/cli/training_options.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::cli {

/// --encoder.
Option add_encoder_option(Command command, std::string& path);

/// Reads the model and makes its encoder that of the training. Throws InputError for options that
/// say how readings become codes, which the encoder does already.
void keep_encoder_of(const std::string& path, const TrainingOptions& given, const TaskOptions& task,
                     const TableOptions& table, train::Options& options);

/// Refuses an option that says how readings become messages, which the encoder does already.
[[noreturn]] void refuse_with_encoder(const std::string& option);

/// Throws InputError, which names the first difference, unless a device with the encoder of the
/// model at this path sends what the other model reads. Nothing is asked where there is no path.
void require_messages_of(const std::string& encoder_path, const model::Model& model,
                         const std::string& source);

}  // namespace terse::cli
