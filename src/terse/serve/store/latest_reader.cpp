#include "terse/serve/store/latest_reader.h"

#include <exception>

namespace terse::serve::store {

LatestReader::LatestReader(Store& store, std::size_t waiting_max)
    : store_(store), waiting_max_(waiting_max), thread_([this] { work(); }) {}

LatestReader::~LatestReader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  thread_.join();
}

bool LatestReader::ask(const std::string& device, Found found) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= waiting_max_) return false;
  waiting_.emplace_back(device, std::move(found));
  arrived_.notify_one();
  return true;
}

void LatestReader::work() {
  for (;;) {
    std::pair<std::string, Found> question;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      question = std::move(waiting_.front());
      waiting_.pop_front();
    }
    std::shared_ptr<const Row> row;
    std::string problem;
    try {
      if (auto latest = store_.latest(question.first)) {
        row = std::make_shared<const Row>(std::move(*latest));
      }
    } catch (const std::exception& error) {
      problem = error.what();
    }
    question.second(std::move(row), problem);
  }
}

}  // namespace terse::serve::store
