// Refusals; what the header computes is tested by check_header.py, with two compilers.
#include "terse/export/cpp/header_decoder.h"

#include <gtest/gtest.h>

#include "model/examples.h"
#include "terse/base/error.h"

namespace terse::export_cpp {
namespace {

TEST(HeaderFiles, AreOneFileWithoutABlank) {
  const auto model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  const auto files = header_files(model, "probe");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, "probe.hpp");
  EXPECT_EQ(files[0].bytes.find('@'), std::string::npos);
  EXPECT_NE(files[0].bytes.find("namespace probe {"), std::string::npos);
}

TEST(HeaderFiles, RefuseModelsWithoutADecoder) {
  const auto full = model::example_model(model::random_fold_input(quantize::Method::fp));
  EXPECT_THROW(header_files(full, "m"), base::InputError);
  const auto silent = model::example_model(
      model::random_fold_input(quantize::Method::sq, {.features = 2, .thresholds_max = 0}));
  EXPECT_THROW(header_files(silent, "m"), base::InputError);
}

}  // namespace
}  // namespace terse::export_cpp
