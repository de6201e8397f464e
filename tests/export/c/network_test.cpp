// The text of the exported network; that it computes what the library does is tested in
// tests/peers/device/network_test.py.
#include "terse/export/c/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

struct Example {
  model::Model model;
  Encoder encoder;

  explicit Example(const std::vector<unsigned>& widths, payload::Packing packing, bool classes)
      : model(model::integer_model(
            classes ? model::special_fold_input(quantize::Method::bw_sq, 3)
                    : model::random_fold_input(quantize::Method::bw_sq, {.hidden = {10, 6}}),
            widths)) {
    if (classes) model.output = model::Classes{{"a*/b", "c", "d"}};
    model.packing = packing;
    encoder = encoder_of(model);
    encoder.model = "field model";
  }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(NetworkFiles, HaveNoBlankLeftAndLinesOfModerateWidth) {
  for (const bool classes : {false, true}) {
    for (const auto packing : {payload::Packing::bits, payload::Packing::radix}) {
      for (const std::vector<unsigned>& widths :
           {std::vector<unsigned>{2}, {4, 6}, {8, 2, 4}, {6, 8, 2}}) {
        const Example example(widths, packing, classes);
        const auto files = network_files(example.model, example.encoder);
        ASSERT_EQ(files.size(), 2U);
        EXPECT_EQ(files[0].path, "probe_network.h");
        EXPECT_EQ(files[1].path, "probe_network.c");
        for (const export_text::File& file : files) {
          EXPECT_EQ(file.bytes.find('@'), std::string::npos) << file.bytes;
          EXPECT_EQ(file.bytes.back(), '\n');
          std::size_t begin = 0;
          for (std::size_t end = 0; (end = file.bytes.find('\n', begin)) != std::string::npos;) {
            EXPECT_LE(end - begin, 110U) << file.bytes.substr(begin, end - begin);
            begin = end + 1;
          }
        }
      }
    }
  }
}

// Code for widths that no layer has would only cost flash.
TEST(NetworkFiles, HoldCodeForTheWidthsInUseAlone) {
  const Example example({4, 8, 4}, payload::Packing::bits, false);
  const std::string source = network_files(example.model, example.encoder)[1].bytes;
  EXPECT_EQ(count(source, "probe_unpack_2("), 0U);
  EXPECT_EQ(count(source, "probe_unpack_6("), 0U);
  EXPECT_EQ(count(source, "static void probe_layer_8("), 1U);
  EXPECT_EQ(count(source, "static void probe_layer_4("), 0U);
  EXPECT_EQ(count(source, "static uint32_t probe_sum_4("), 1U);
}

TEST(NetworkFiles, NamesOfClassesCloseNoComment) {
  const Example example({4}, payload::Packing::bits, true);
  const std::string header = network_files(example.model, example.encoder)[0].bytes;
  EXPECT_NE(header.find("a_/b"), std::string::npos);
  EXPECT_NE(header.find("#define PROBE_CLASSES 3"), std::string::npos);
  EXPECT_NE(header.find("uint16_t probe_predict_masked("), std::string::npos);
}

TEST(NetworkFacts, AreThoseOfTheArrays) {
  model::Model model = compressed_model(false);
  model.packing = payload::Packing::radix;
  const NetworkFacts facts = network_facts(model, encoder_of(model));
  EXPECT_EQ(facts.widths, (std::vector<unsigned>{4, 6, 2}));
  // Rows in fours: 12 units of 4 bits a row, 12 inputs of 6 bits for 6 outputs, 8 of 2 bits.
  EXPECT_EQ(facts.weight_bytes, model::layers_of(model).front().inputs * 6 + 6 * 9 + 2);
  EXPECT_EQ(facts.decimals, 3);
  // Twelve sums of 16 bits, or 12 and 8 activations, and the message, which radix packing divides.
  EXPECT_EQ(facts.stack_bytes, 24 + 2 * model.payload_bytes());
}

}  // namespace
}  // namespace terse::export_c
