#include "terse/serve/predictor/inference.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "terse/serve/core/external_predictor.h"

namespace terse::serve::predictor {
namespace {

using model::decoder::Classes;
using model::decoder::Number;
using model::decoder::Output;

std::string answer_of(const std::string& tensor) {
  return R"({"model_name":"fan","outputs":[)" + tensor + "]}";
}

std::string tensor_of(const std::string& shape, const std::string& data,
                      const std::string& name = "prediction") {
  return R"({"name":")" + name + R"(","shape":)" + shape + R"(,"datatype":"FP32","data":)" + data +
         "}";
}

std::string fault_of(const std::string& text, std::size_t rows = 2,
                     const Output& output = Number{}) {
  try {
    answer_numbers(text, rows, output);
  } catch (const core::PredictorFault& fault) {
    EXPECT_TRUE(fault.of_rows());
    return fault.what();
  }
  return "none";
}

TEST(Inference, AsksWithOneTensorOfCodes) {
  const std::vector<quantize::Code> codes = {0, 1, 2, 255, 4, 5};
  const auto json = nlohmann::json::parse(request_text(codes, 2));
  ASSERT_EQ(json["inputs"].size(), 1U);
  const auto& tensor = json["inputs"][0];
  EXPECT_EQ(tensor["name"], "codes");
  EXPECT_EQ(tensor["datatype"], "FP32");
  EXPECT_EQ(tensor["shape"], (nlohmann::json{2, 3}));
  EXPECT_EQ(tensor["data"], (nlohmann::json{0, 1, 2, 255, 4, 5}));
}

TEST(Inference, ReadsTheTensorInEveryFormThatServersWrite) {
  const std::vector<float> expected = {1.5F, -2e-3F};
  for (const std::string& tensor :
       {tensor_of("[2,1]", "[1.5,-0.002]"), tensor_of("[2]", "[1.5,-2e-3]"),
        tensor_of("[2,1]", "[[1.5],[-0.002]]", "y"),
        tensor_of("[7]", "[1]", "other") + "," + tensor_of("[2,1]", "[1.5,-0.002]")}) {
    EXPECT_EQ(answer_numbers(answer_of(tensor), 2, Number{}), expected) << tensor;
  }
  const std::vector<float> shares = {0.25F, 0.75F, 1.0F, 0.0F};
  EXPECT_EQ(
      answer_numbers(answer_of(tensor_of("[2,2]", "[0.25,0.75,1,0]")), 2, Classes{{"off", "on"}}),
      shares);
}

TEST(Inference, WrongAnswersAreFaultsThatSayWhat) {
  const auto of = [](const std::string& shape, const std::string& data) {
    return fault_of(answer_of(tensor_of(shape, data)));
  };
  EXPECT_NE(fault_of("").find("JSON"), std::string::npos);
  EXPECT_NE(fault_of("[]").find("JSON"), std::string::npos);
  EXPECT_EQ(fault_of(R"({"error":"no"})"), "its answer has no outputs");
  EXPECT_EQ(fault_of(R"({"outputs":[]})"), "its answer has no outputs");
  EXPECT_EQ(fault_of(R"({"outputs":[3]})"), "its answer has an output that is not a tensor");
  EXPECT_NE(
      fault_of(answer_of(tensor_of("[2,1]", "[1,2]", "a") + "," + tensor_of("[2,1]", "[1,2]", "b")))
          .find("none is called prediction"),
      std::string::npos);
  EXPECT_EQ(of("[3,1]", "[1,2,3]"), "its answer has the shape [3,1], not [2,1]");
  EXPECT_NE(of("[1,2]", "[1,2]").find("shape"), std::string::npos);
  EXPECT_NE(of("[-2,-1]", "[1,2]").find("shape"), std::string::npos);
  EXPECT_NE(of("\"x\"", "[1,2]").find("no shape"), std::string::npos);
  EXPECT_EQ(of("[2,1]", "[1]"), "its answer has 1 numbers instead of 2");
  EXPECT_EQ(of("[2,1]", "[1,2,3]"), "its answer has more than 2 numbers");
  EXPECT_NE(of("[2,1]", "[1,NaN]").find("JSON"), std::string::npos);
  EXPECT_NE(of("[2,1]", "[1,null]").find("other than numbers"), std::string::npos);
  EXPECT_NE(of("[2,1]", "[1,\"2\"]").find("other than numbers"), std::string::npos);
  EXPECT_NE(of("[2,1]", "[1,1e39]").find("finite"), std::string::npos);
  EXPECT_NE(of("[2,1]", "[1,1e400]"), "none");
  EXPECT_NE(of("[2,1]", "3").find("no data"), std::string::npos);
  EXPECT_NE(of("[2,1]", "[[[[[[[[[[1]]]]]]]]]]"), "none");
  const Classes two{{"off", "on"}};
  const auto shares = [&](const std::string& data) {
    return fault_of(answer_of(tensor_of("[1,2]", data)), 1, two);
  };
  EXPECT_NE(shares("[0.5,0.6]").find("sum"), std::string::npos);
  EXPECT_NE(shares("[-1,2]").find("beyond"), std::string::npos);
  const std::string integers = R"({"name":"p","shape":[2,1],"datatype":"BYTES","data":[1,2]})";
  EXPECT_NE(fault_of(answer_of(integers)).find("floating-point"), std::string::npos);
  const std::string spaces(answer_bytes_max(2), ' ');
  EXPECT_EQ(fault_of(answer_of(tensor_of("[2,1]", "[1,2]")) + spaces), "its answer is too long");
}

}  // namespace
}  // namespace terse::serve::predictor
