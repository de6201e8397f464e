#include "terse/serve/http/worker_threads.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace terse::serve::http {

struct WorkerThreads::State {
  explicit State(unsigned threads) : pool(threads) {}
  boost::asio::thread_pool pool;
};

WorkerThreads::WorkerThreads(unsigned threads) : state_(std::make_unique<State>(threads)) {}

WorkerThreads::~WorkerThreads() {
  state_->pool.join();
}

void WorkerThreads::run(std::function<void()> task) {
  boost::asio::post(state_->pool, std::move(task));
}

}  // namespace terse::serve::http
