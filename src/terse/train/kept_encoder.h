// The encoder of a model in the field, kept as it is while a decoder for its messages is trained.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// All that devices know of the model, method, features, thresholds, packing and tag: without
/// decoder, target and record.
model::Model encoder_of(const model::Model& field);

/// options.encoder, if there is one, replaces what else says how readings become codes: the network
/// is trained on hard steps from code to code, and no threshold learns.
Options with_kept_encoder(Options options);

/// Throws InputError unless the table has the features of options.encoder, in its order and with
/// its categories, OptionError for an encoder without codes, and for readings that are to be
/// dropped if it has no code for that.
void check_kept_encoder(const data::Table& table, const Options& options);

/// Replaces everything but the decoder by what the encoder is. trained: its network was trained on
/// the codes of these rows. Codes that none of them has decode as the nearest one that some have.
void keep_encoder(model::Model& trained, const model::Model& field, const data::Table& table,
                  std::span<const std::uint32_t> rows);

/// What a record says of the training: the settings without those of an encoder, and where that is
/// from.
std::vector<std::pair<std::string, std::string>> settings_of_decoder(const Options& options);

}  // namespace terse::train
