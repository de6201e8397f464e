// Those of the pipeline's callers that wait.
#include <future>
#include <latch>

#include "terse/serve/core/pipeline.h"

namespace terse::serve::core {

Answer Pipeline::ask(Uplink uplink) {
  const auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = promise->get_future();
  submit(std::move(uplink), [promise](const Answer& answer) { promise->set_value(answer); });
  return future.get();
}

std::vector<Answer> Pipeline::ask_all(std::span<const Uplink> uplinks) {
  struct Answers {
    explicit Answers(std::size_t count) : given(count), left(static_cast<std::ptrdiff_t>(count)) {}
    std::vector<Answer> given;
    std::latch left;
  };
  const auto answers = std::make_shared<Answers>(uplinks.size());
  std::vector<std::pair<Uplink, Answered>> several;
  for (std::size_t i = 0; i < uplinks.size(); ++i) {
    several.emplace_back(uplinks[i], [answers, i](const Answer& answer) {
      answers->given[i] = answer;
      answers->left.count_down();
    });
  }
  submit_all(std::move(several));
  answers->left.wait();
  return answers->given;
}

}  // namespace terse::serve::core
