#include "terse/model/safetensors/tensor_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"

namespace terse::model::safetensors {
namespace {

Container example() {
  return {{},
          {{"row", {3}, {1.0F, 2.0F, 3.0F}},
           {"matrix", {2, 2}, {1.0F, 2.0F, 3.0F, 4.0F}},
           {"nan", {2}, {0.0F, std::nanf("")}},
           {"bytes", {2}, {}, {7, 8}}}};
}

template <typename Read>
std::string refusal(const Read& read) {
  const Container container = example();
  TensorReader reader(container, "some.terse");
  return input_error([&] { read(reader); });
}

std::string sentence(const std::string& tensor, const std::string& problem) {
  return "some.terse: tensor '" + tensor + "': " + problem + "; " + damaged;
}

TEST(TensorReader, GivesWhatIsThere) {
  const Container container = example();
  TensorReader reader(container, "some.terse");
  EXPECT_EQ(reader.source(), "some.terse");
  EXPECT_TRUE(reader.has("bytes"));
  EXPECT_FALSE(reader.has("other"));
  EXPECT_EQ(&reader.numbers("matrix"), &container.tensors[1]);
  EXPECT_EQ(&reader.numbers("matrix", {2, 2}), &container.tensors[1]);
  EXPECT_EQ(&reader.row("nan"), &container.tensors[2]);
  EXPECT_EQ(&reader.row("bytes"), &container.tensors[3]);
  EXPECT_EQ(&reader.finite_row("row", 3), &container.tensors[0].values);
}

TEST(TensorReader, NamesWhatIsWrong) {
  EXPECT_EQ(refusal([](auto& r) { r.numbers("other"); }), sentence("other", "is missing"));
  EXPECT_EQ(refusal([](auto& r) { r.row("other"); }), sentence("other", "is missing"));
  EXPECT_EQ(refusal([](auto& r) { r.numbers("bytes"); }), sentence("bytes", "is not of dtype F32"));
  EXPECT_EQ(refusal([](auto& r) { r.numbers("nan"); }),
            sentence("nan", "holds a number that is not finite"));
  EXPECT_EQ(refusal([](auto& r) {
              r.numbers("row", {1, 3});
            }),
            sentence("row", "does not have the shape [1, 3] that the other fields ask for"));
  EXPECT_EQ(refusal([](auto& r) { r.row("matrix"); }),
            sentence("matrix", "is not a row of numbers"));
  EXPECT_EQ(refusal([](auto& r) { r.finite_row("row", 2); }),
            sentence("row", "does not hold 2 numbers of type F32"));
  EXPECT_EQ(refusal([](auto& r) { r.finite_row("bytes", 2); }),
            sentence("bytes", "does not hold 2 numbers of type F32"));
  EXPECT_EQ(refusal([](auto& r) { r.finite_row("nan", 2); }),
            sentence("nan", "holds a number that is not finite"));
  EXPECT_EQ(refusal([](auto& r) { r.refuse("row", "is odd"); }), sentence("row", "is odd"));
}

TEST(TensorReader, LooksForTensorsThatNobodyRead) {
  const Container container = example();
  TensorReader reader(container, "some.terse");
  const auto unread = [&] { return input_error([&] { reader.require_all_read(); }); };
  reader.row("row");
  reader.has("matrix");
  EXPECT_EQ(unread(), sentence("matrix", "belongs to no part of a model"));
  reader.numbers("matrix");
  reader.row("bytes");
  EXPECT_EQ(unread(), sentence("nan", "belongs to no part of a model"));
  reader.row("nan");
  EXPECT_EQ(unread(), "no InputError was thrown");
}

}  // namespace
}  // namespace terse::model::safetensors
