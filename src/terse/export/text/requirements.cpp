#include "terse/export/text/requirements.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/text/files.h"
#include "terse/text/quoting.h"

namespace terse::export_text {

void require_codes(const model::Model& model, const std::string& source) {
  if (model.full_precision()) {
    throw base::InputError(source, "", "full precision has no thresholds to encode with",
                           "train with `method` bw-sq");
  }
  if (model.payload_bytes() == 0) {
    throw base::InputError(source, "", "this model sends no feature", "train with more levels");
  }
}

void require_readings_alone(const model::Model& model, const std::string& source,
                            std::string_view format) {
  if (model.readings() == model.features.size()) return;
  throw base::InputError(source, "",
                         fmt::format("has a computed feature, {}, which {} does not have",
                                     text::in_quotes(model.features.back().name), format),
                         "train without `computed`");
}

void require_plain_target(const model::Model& model, const std::string& source) {
  for (const model::Target& target : model.targets()) {
    if (target.origin == 0.0) continue;
    throw base::InputError(
        source, "",
        fmt::format("it predicts {} as a difference from {}, which this format cannot add",
                    text::in_quotes(target.name), target.origin),
        "subtract that from the target in the table, and train again");
  }
}

void require_one_target(const model::Model& model, const std::string& source,
                        const std::string& what) {
  if (!model.several()) return;
  throw base::InputError(source, "", what + " predicts one target, and the model has several",
                         "train a model of one, or decode with `terse serve`, js or onnx");
}

void require_plain_readings(const model::Model& model, const std::string& source) {
  for (const model::Feature& feature : model.features) {
    if (feature.origin == 0.0) continue;
    throw base::InputError(
        source, "",
        fmt::format("it takes {} as a difference from {}, which float32 inputs cannot hold",
                    text::in_quotes(feature.name), feature.origin),
        "subtract that from the column in the table, and train again");
  }
}

void require_compressed(const model::Model& model, const std::string& source) {
  const auto refuse_floats = [&] {
    throw base::InputError(
        source, "", "has its network in float32",
        fmt::format("compress it first: terse compress {} with `data`, `memory` and `output`",
                    source));
  };
  const auto refuse_trees = [&](const char* what) {
    throw base::InputError(source, "",
                           fmt::format("decodes by {}: `with_network` is for networks", what),
                           "train with `decoder` network, then compress it: terse compress");
  };
  model::require_decoder(model, source);
  std::visit(base::Overloaded{[](const model::decoder::Integers&) {},
                              [](const model::decoder::External&) { TERSE_CHECK(false); },
                              [&](const model::decoder::Lookup&) { refuse_floats(); },
                              [&](const model::decoder::FullPrecision&) { refuse_floats(); },
                              [&](const model::decoder::Trees&) { refuse_trees("boosted trees"); },
                              [&](const model::decoder::Tabm&) {
                                throw base::InputError(
                                    source, "",
                                    "decodes by TabM: `with_network` is for one network",
                                    "train with `network` plain, then compress it: terse compress");
                              },
                              [&](const model::decoder::Stack&) { refuse_trees("a stack"); }},
             model.decoder);
}

void require_identifier(const std::string& prefix) {
  if (identifier(prefix) == prefix) return;
  throw base::OptionError("prefix", "", text::in_quotes(prefix) + " cannot begin a name in C",
                          "use lower-case letters, digits and single underscores, a letter first");
}

}  // namespace terse::export_text
