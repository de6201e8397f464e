// Messages per second through the pipeline, with the SQLite store and without:
//   serve_bench MODEL.terse STORE.sqlite [MESSAGES]
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <semaphore>
#include <string_view>

#include "terse/serve/core/pipeline.h"
#include "terse/serve/store/sqlite_store.h"

namespace {

using namespace terse;

double messages_per_second(const serve::core::ModelRegistry& registry, serve::store::Store* store,
                           std::size_t messages) {
  constexpr std::ptrdiff_t waiting_max = 2000;
  std::counting_semaphore<waiting_max> free_places(waiting_max);
  std::atomic<std::size_t> stored{0};
  serve::core::Metrics metrics;
  serve::core::Uplink uplink;
  const serve::core::Served served = registry.all().front();
  uplink.payload.assign(served->payload_bytes, 0);
  if (served->model.tag) uplink.payload[0] = *served->model.tag;
  const auto start = std::chrono::steady_clock::now();
  {
    serve::core::Pipeline pipeline(registry, store, metrics, {});
    for (std::size_t i = 0; i < messages; ++i) {
      free_places.acquire();
      uplink.device = fmt::format("device {}", i % 256);
      uplink.key = fmt::format("{}", i);
      pipeline.submit(uplink, [&](const serve::core::Answer& answer) {
        if (answer.verdict == serve::core::Verdict::stored) ++stored;
        free_places.release();
      });
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (stored != messages) fmt::print("only {} of {} were new\n", stored.load(), messages);
  return static_cast<double>(stored) / seconds.count();
}

}  // namespace

int main(int count, char** values) {
  if (count < 3) {
    fmt::print("usage: serve_bench MODEL.terse STORE.sqlite [MESSAGES]\n");
    return 2;
  }
  std::size_t messages = 200'000;
  if (count > 3) {
    const std::string_view text = values[3];
    std::from_chars(text.data(), text.data() + text.size(), messages);
  }
  const serve::core::ModelRegistry registry({{values[1]}, {}});
  fmt::print("without store  {:9.0f} messages/s\n",
             messages_per_second(registry, nullptr, messages));
  serve::store::SqliteStore store(values[2]);
  fmt::print("SQLite, FULL   {:9.0f} messages/s\n",
             messages_per_second(registry, &store, messages));
}
