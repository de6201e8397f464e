// The columns of a table for the encoder of a model in the field: those that it sends, each of its
// kind.
#pragma once

#include <memory>
#include <string>

#include "terse/data/frame.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::train {

/// For select(): the table has what the encoder sends, each column of its kind. selection: after
/// name_features(), which loses features that are neither sent nor in the table. Gives a note that
/// names columns which are not used. Throws InputError.
std::string fit_to_encoder(const model::Model& encoder, const data::Frame& frame,
                           data::Selection& selection);

/// The encoder without the features that the table lacks; they are not sent.
std::shared_ptr<const model::Model> encoder_for(std::shared_ptr<const model::Model> encoder,
                                                const data::Table& table);

}  // namespace terse::train
