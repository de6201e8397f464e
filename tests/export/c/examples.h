// Models and encoders that the tests of exported C share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "model/integer_examples.h"
#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

/// A model of nothing but thresholds, a list per feature.
inline model::Model model_of(std::initializer_list<std::vector<float>> thresholds) {
  model::Model model;
  for (const auto& of_feature : thresholds) {
    model.features.push_back({"Feature 1 */ \\", "", 0.0, 1.0});
    model.thresholds.add_feature(of_feature);
  }
  return model;
}

inline export_text::DeviceInput input(export_text::ReadingType type, double scale = 1.0) {
  return {type, scale, 0.0};
}

inline Encoder encoder_of(const model::Model& model,
                          const std::vector<export_text::DeviceInput>& inputs,
                          Form form = Form::size) {
  return make_encoder(model, "probe", form, inputs, {});
}

/// Every feature held the same way.
inline Encoder encoder_of(const model::Model& model, const export_text::DeviceInput& held = {},
                          Form form = Form::size) {
  return encoder_of(model, std::vector(model.features.size(), held), form);
}

/// Layers of 4, 6 and 2 bits a weight.
inline model::Model compressed_model(bool classes) {
  model::Model model = model::integer_model(
      classes ? model::special_fold_input(quantize::Method::bw_sq, 3)
              : model::random_fold_input(quantize::Method::bw_sq, {.hidden = {10, 6}}),
      {4, 6, 2});
  model.output = model::Number{50.0, 8.0};
  if (classes) model.output = model::Classes{{"a", "b", "c"}};
  return model;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline const export_text::File& file_of(const std::vector<export_text::File>& files,
                                        const std::string& path) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const export_text::File& file) { return file.path == path; });
  EXPECT_NE(found, files.end()) << path;
  return found == files.end() ? files.front() : *found;
}

}  // namespace terse::export_c
