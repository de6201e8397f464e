#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "data/input_error.h"
#include "model/examples.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
#include "terse/model/identity.h"
#include "terse/model/metadata.h"
#include "terse/model/predictor.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model {
namespace {

void expect_error(const std::function<void()>& action, const std::vector<std::string>& parts) {
  const std::string message = input_error(action);
  for (const std::string& part : parts) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

Model encoder_alone(std::size_t outputs) {
  Model model = example_model(special_fold_input(quantize::Method::bw_sq, outputs));
  if (outputs > 1) model.output = Classes{{"a", "b", "c"}};
  model.decoder = decoder::External{outputs};
  return model;
}

TEST(External, ThresholdsAndNamesSurviveTheFileAndNothingElseIsInIt) {
  for (const std::size_t outputs : {1U, 3U}) {
    const Model model = encoder_alone(outputs);
    const auto bytes = to_bytes(model);
    const Model read = from_bytes(bytes, "file");
    EXPECT_EQ(to_bytes(read), bytes);
    EXPECT_TRUE(read.external());
    EXPECT_EQ(decoder::outputs(read.decoder), outputs);
    EXPECT_EQ(decoder::name(read.decoder), "external");
    EXPECT_TRUE(decoder::tensors(read.decoder).empty());
    EXPECT_EQ(wire_id(read), wire_id(model));
    const base::Matrix readings = special_readings(model, 50);
    std::vector<quantize::Code> before(50 * 4);
    std::vector<quantize::Code> after(50 * 4);
    Encoder(model).encode(readings, before);
    Encoder(read).encode(readings, after);
    EXPECT_EQ(before, after);
  }
}

// Its messages are those of a model whose decoder is inside.
TEST(External, MessagesAreThoseOfTheSameThresholds) {
  const Model model = encoder_alone(1);
  Model whole = example_model(special_fold_input(quantize::Method::bw_sq, 1));
  EXPECT_EQ(wire_bytes(model), wire_bytes(whole));
}

TEST(External, NothingPredicts) {
  const Model model = encoder_alone(1);
  expect_error([&] { const Predictor predictor(model); }, {"encoder alone", "`predictor`"});
  expect_error([&] { require_decoder(model, "m.terse"); }, {"m.terse", "encoder alone"});
  EXPECT_NO_THROW(require_decoder(example_model(special_fold_input(quantize::Method::bw_sq)), "m"));
}

TEST(External, OtherDecodersThatAreNotInTheFileAreRefused) {
  const std::string text = write_document(encoder_alone(1));
  const std::string word = R"("decoder":"external")";
  ASSERT_NE(text.find(word), std::string::npos);
  std::string other = text;
  other.replace(text.find(word), word.size(), R"("decoder":"elsewhere")");
  expect_error([&] { read_document(other, "file"); }, {"decoder", "'elsewhere'"});
  Model whole = example_model(random_fold_input(quantize::Method::fp));
  std::string floats = write_document(whole);
  floats.insert(1, word + ",");
  expect_error([&] { read_document(floats, "file"); }, {"full precision"});
}

}  // namespace
}  // namespace terse::model
