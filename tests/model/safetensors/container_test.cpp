#include "terse/model/safetensors/container.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data/input_error.h"
#include "model/file_parts.h"

namespace terse::model::safetensors {
namespace {

Container read(const Bytes& bytes) {
  return read_container(bytes, "some.terse", [](const Container&) {});
}

std::string problem(const Bytes& bytes) {
  return input_error([&] { read(bytes); });
}

std::string problem(const std::string& header, std::size_t data_bytes) {
  return problem(framed(header, Bytes(data_bytes)));
}

/// A header with one tensor "t" of these fields.
std::string one(const std::string& fields) {
  return R"({"t":{)" + fields + "}}";
}

TEST(Container, GoldenBytes) {
  Container container;
  container.metadata = {{"format", "x"}};
  container.tensors = {{"a", {2}, {1.0F, -2.0F}}, {"b", {1, 1}, {0.5F}}};
  const std::string header =
      R"({"__metadata__":{"format":"x"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  EXPECT_EQ(write_container(container),
            framed(padded, {0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F}));
}

TEST(Container, RoundTripsEveryFloat) {
  Container container;
  container.metadata = {{"name", "quote \" and \\ and \x01 and ü"}};
  const std::vector<float> values = {0.0F,
                                     -0.0F,
                                     1e-45F,
                                     std::numeric_limits<float>::max(),
                                     std::numeric_limits<float>::infinity(),
                                     std::nanf("")};
  container.tensors = {{"empty", {0}, {}}, {"values", {2, 3}, values}, {"none", {5, 0}, {}}};
  const Bytes bytes = write_container(container);
  const Container found = read(bytes);
  EXPECT_EQ(found.metadata, container.metadata);
  ASSERT_EQ(found.tensors.size(), 3U);
  EXPECT_EQ(write_container(found), bytes);
  EXPECT_EQ(data_checksum(found), data_checksum(container));
}

TEST(Container, TensorsMayBeNamedInAnyOrder) {
  const Container found = read(framed(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                                      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                      {0, 0, 0x80, 0x3F, 0, 0, 0, 0x40}));
  EXPECT_EQ(found.find_tensor("a")->values, std::vector<float>{1.0F});
  EXPECT_EQ(found.find_tensor("b")->values, std::vector<float>{2.0F});
  EXPECT_EQ(found.find_tensor("c"), nullptr);
  EXPECT_EQ(found.find_metadata("format"), nullptr);
}

TEST(Container, MetadataIsSeenBeforeTensors) {
  const Bytes bytes = framed(R"({"t":{"dtype":"I4"},"__metadata__":{"format":"other"}})", {});
  const std::string message = input_error([&] {
    read_container(bytes, "some.terse", [](const Container& container) {
      throw base::InputError("seen", "", *container.find_metadata("format"), "");
    });
  });
  EXPECT_EQ(message, "seen: other");
}

struct Hostile {
  std::string name;
  Bytes bytes;
  std::string message;  ///< part of what must be said
};

class HostileContainer : public testing::TestWithParam<Hostile> {};

TEST_P(HostileContainer, IsRefusedByName) {
  const std::string message = problem(GetParam().bytes);
  EXPECT_EQ(message.find("some.terse: "), 0U) << message;
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

std::vector<Hostile> hostile_lengths() {
  Bytes huge(16, 0xFF);
  Bytes one_too_long = framed("{}", {});
  one_too_long[0] = 3;
  Bytes hundred_megabytes(16);
  hundred_megabytes[3] = 0x06;  // 100 663 296 > 100 000 000
  return {{"empty", {}, "the file is empty"},
          {"seven_bytes", Bytes(7), "ends within its header's length"},
          {"length_of_all_ones", huge, "header: claims 18446744073709551615 bytes"},
          {"length_beyond_the_limit", hundred_megabytes, "header: claims 100663296 bytes"},
          {"length_one_too_long", one_too_long, "header: claims 3 bytes where 2 are left"},
          {"header_of_no_bytes", Bytes(8), "header: is not JSON at byte"}};
}

std::vector<Hostile> hostile_headers() {
  const auto header = [](const std::string& text) { return framed(text, Bytes(8)); };
  const std::string deep(100'000, '[');
  std::string many = "{";
  for (int i = 0; i < 1001; ++i) many += "\"" + std::to_string(i) + "\":0,";
  many.back() = '}';
  return {{"no_json", header("time,target\n1,2"), "header: is not JSON at byte"},
          {"cut_json", header(R"({"a":)"), "header: is not JSON at byte"},
          {"more_than_one_value", header("{} {}"), "header: is not JSON at byte"},
          {"an_array", header("[]"), "header: is not a JSON object"},
          {"a_number", header("7"), "header: is not a JSON object"},
          {"invalid_utf8", header("{\"\xFF\":0}"), "header: is not JSON at byte"},
          {"number_beyond_double", header(R"({"a":1e999})"), "header: is not JSON at byte"},
          {"deep", header("{\"a\":" + deep), "header: is nested more than 8 deep"},
          {"many_names", header(many), "header: has an object of more than 1000 names"},
          {"name_twice", header(R"({"twice":0,"twice":0})"), "header: holds 'twice' twice"},
          {"field_twice", header(one(R"("dtype":"F32","dtype":"F32")")), "'dtype' twice"},
          {"metadata_no_object", header(R"({"__metadata__":[]})"), "__metadata__: is not an obj"},
          {"metadata_no_string", header(R"({"__metadata__":{"a":1}})"), "'a': is not a string"}};
}

std::vector<Hostile> hostile_tensors() {
  const auto tensor = [](const std::string& fields) { return framed(one(fields), Bytes(8)); };
  const auto shaped = [&](const std::string& shape, const std::string& offsets) {
    return tensor(R"("dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets);
  };
  const std::string huge = "4611686018427387904";  // 2^62: 4 times it is 0 modulo 2^64
  return {
      {"no_object", framed(R"({"t":7})", {}), "tensor 't': lacks 'dtype'"},
      {"no_dtype", tensor(R"("shape":[2],"data_offsets":[0,8])"), "'t': lacks 'dtype'"},
      {"no_shape", tensor(R"("dtype":"F32","data_offsets":[0,8])"), "lacks 'shape'"},
      {"no_offsets", tensor(R"("dtype":"F32","shape":[2])"), "lacks 'data_offsets'"},
      {"extra_field", tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"x":0)"), "more t"},
      {"half", tensor(R"("dtype":"F16","shape":[4],"data_offsets":[0,8])"), "not of dtype F32"},
      {"dtype_number", tensor(R"("dtype":32,"shape":[2],"data_offsets":[0,8])"), "dtype F32"},
      {"shape_number", shaped("2", "[0,8]"), "'t': has a shape that is not one or two sizes"},
      {"shape_empty", shaped("[]", "[0,8]"), "has a shape that is not one or two sizes"},
      {"shape_of_three", shaped("[1,1,2]", "[0,8]"), "has a shape that is not one or two sizes"},
      {"shape_negative", shaped("[-2]", "[0,8]"), "shape: is not a non-negative integer"},
      {"shape_fraction", shaped("[2.0]", "[0,8]"), "shape: is not a non-negative integer"},
      {"shape_text", shaped(R"(["2"])", "[0,8]"), "shape: is not a non-negative integer"},
      {"shape_overflows", shaped("[" + huge + "]", "[0,0]"), "shape larger than the file"},
      {"product_overflows", shaped("[4294967296,4294967296]", "[0,0]"), "larger than the file"},
      {"beyond_64_bits", shaped("[18446744073709551615]", "[0,8]"), "shape: is too large"},
      {"offset_single", shaped("[2]", "[8]"), "has data_offsets that are not two numbers"},
      {"offset_text", shaped("[2]", R"(["0",8])"), "data_offsets: is not a non-negative integer"},
      {"offset_negative", shaped("[2]", "[-8,0]"), "data_offsets: is not a non-negative integer"},
      {"offset_backwards", shaped("[2]", "[8,0]"), "has data_offsets outside the file"},
      {"offset_outside", shaped("[3]", "[0,12]"), "has data_offsets outside the file"},
      {"offset_huge", shaped("[2]", "[0,9223372036854775807]"), "outside the file"},
      {"shape_too_small", shaped("[1]", "[0,8]"), "of 8 bytes, its shape asks for 4"},
      {"starts_late", shaped("[1]", "[4,8]"), "tensor 't': overlaps another or leaves a gap"},
      {"bytes_left_over", shaped("[1]", "[0,4]"), "4 bytes follow the last tensor"},
      {"overlap",
       framed(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
              R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
              Bytes(8)),
       "tensor 'b': overlaps another"},
      {"gap",
       framed(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
              R"("b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
              Bytes(12)),
       "tensor 'b': overlaps another or leaves a gap"}};
}

std::string case_name(const testing::TestParamInfo<Hostile>& test) {
  return test.param.name;
}

INSTANTIATE_TEST_SUITE_P(Length, HostileContainer, testing::ValuesIn(hostile_lengths()), case_name);
INSTANTIATE_TEST_SUITE_P(Header, HostileContainer, testing::ValuesIn(hostile_headers()), case_name);
INSTANTIATE_TEST_SUITE_P(Tensor, HostileContainer, testing::ValuesIn(hostile_tensors()), case_name);

TEST(Container, ManyValuesAreRefusedBeforeTheyBecomeObjects) {
  std::string header = "{\"a\":[";
  for (int i = 0; i < 11'000'000; ++i) header += "0,";
  header += "0]}";
  EXPECT_NE(problem(header, 0).find("has more than 10000000 values"), std::string::npos);
}

}  // namespace
}  // namespace terse::model::safetensors
