#include "terse/serve/service.h"

#include <gtest/gtest.h>

#include <future>

#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/model/file.h"

namespace terse::serve {
namespace {

model::Model untagged() {
  model::Model model = example(7);
  model.tag.reset();
  return model;
}

class ServiceTest : public ::testing::Test {
 protected:
  std::string saved_model() {
    const std::string path = folder / "field.terse";
    model::write_file(untagged(), path);
    return path;
  }
  core::Uplink uplink(const std::string& key) {
    core::Uplink one;
    one.device = "pump-7";
    one.key = key;
    one.payload.assign(untagged().payload_bytes(), 0);
    return one;
  }
  Folder folder;
};

TEST_F(ServiceTest, AnswersAreStoredOnceAlsoAcrossRestarts) {
  const std::vector<std::string> models = {saved_model()};
  const std::string store = folder / "service.sqlite";
  float prediction = 0.0F;
  {
    Service service(models, store);
    const core::Answer first = service.ask(uplink("1"));
    EXPECT_EQ(first.verdict, core::Verdict::stored) << first.reason;
    EXPECT_EQ(first.model, "field");
    prediction = first.prediction;
    EXPECT_EQ(service.ask(uplink("1")).verdict, core::Verdict::duplicate);
    EXPECT_NE(service.metrics().find("terse_uplinks_total"), std::string::npos);
  }
  Service again(models, store);
  const core::Answer known = again.ask(uplink("1"));
  EXPECT_EQ(known.verdict, core::Verdict::duplicate);
  EXPECT_EQ(known.prediction, prediction);
}

TEST_F(ServiceTest, SubmittedMessagesAreAnsweredBeforeItGoes) {
  std::promise<core::Answer> promise;
  std::future<core::Answer> answer = promise.get_future();
  {
    Service service({saved_model()}, "none");
    service.submit(uplink("1"), [&](const core::Answer& given) { promise.set_value(given); });
  }
  ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(answer.get().verdict, core::Verdict::stored);
}

TEST_F(ServiceTest, AModelThatIsNotThereIsNamed) {
  EXPECT_THROW(Service({folder / "gone.terse"}, "none"), base::InputError);
}

}  // namespace
}  // namespace terse::serve
