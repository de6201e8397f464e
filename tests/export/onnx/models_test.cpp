// The list of the exported graphs; what they compute is tested by check_onnx.sh, in ONNX Runtime.
#include "terse/export/onnx/models.h"

#include <gtest/gtest.h>

#include "model/examples.h"

namespace terse::export_onnx {
namespace {

std::vector<std::string> paths(const model::Model& model) {
  std::vector<std::string> paths;
  for (const export_text::File& file : onnx_files(model, "m")) paths.push_back(file.path);
  return paths;
}

TEST(OnnxFiles, AreOnePerInput) {
  const auto model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  EXPECT_EQ(paths(model),
            (std::vector<std::string>{"m-readings.onnx", "m-codes.onnx", "m-payload.onnx"}));
}

TEST(OnnxFiles, LeaveOutWhatAModelHasNot) {
  const auto full = model::example_model(model::random_fold_input(quantize::Method::fp));
  EXPECT_EQ(paths(full), std::vector<std::string>{"m-readings.onnx"});
  const auto silent = model::example_model(
      model::random_fold_input(quantize::Method::sq, {.features = 2, .thresholds_max = 0}));
  EXPECT_EQ(paths(silent), (std::vector<std::string>{"m-readings.onnx", "m-codes.onnx"}));
}

TEST(OnnxFiles, CarryWhatNamesTheModel) {
  const auto model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  for (const export_text::File& file : onnx_files(model, "m")) {
    for (const char* part : {"terse.target", "kWh", "feature 2", "terse.tag", "radix"}) {
      EXPECT_NE(file.bytes.find(part), std::string::npos) << file.path << ": " << part;
    }
  }
}

}  // namespace
}  // namespace terse::export_onnx
