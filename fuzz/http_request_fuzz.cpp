// Bytes of a connection: requests with our limits and framing, and what the routes make of them.
// However the bytes are cut, the requests are the same, and no byte belongs to two of them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/http/answer.h"
#include "terse/serve/http/gate.h"
#include "terse/serve/http/request_reader.h"

namespace {

using namespace terse::serve;
using Stage = http::RequestReader::Stage;

struct Seen {
  std::vector<std::string> requests;  ///< status of the gate and body of each
};

Seen read(std::string_view bytes, std::size_t step, const http::Gate& gate) {
  static const http::HttpLimits limits{.head_bytes_max = 256, .body_bytes_max = 512};
  http::RequestReader reader(limits);
  Seen seen;
  std::string status;
  try {
    while (!bytes.empty()) {
      const std::size_t taken = reader.take(bytes.substr(0, step));
      TERSE_CHECK(taken <= bytes.size());
      bytes.remove_prefix(taken);
      TERSE_CHECK(reader.body_bytes() <= limits.body_bytes_max);
      if (reader.stage() == Stage::head_read) {
        const http::Gate::Outcome outcome = gate.check(reader.request());
        status = std::to_string(outcome.refused ? outcome.refused->status : 200);
        if (outcome.refused) http::head_text(*outcome.refused, "", true);
        // A refused request without a body leaves the connection as it was.
        if (outcome.refused && reader.request().has_body()) return seen;
        reader.read_body();
      }
      if (reader.stage() == Stage::complete) {
        seen.requests.push_back(status + reader.request().body);
        reader.next();
      }
    }
  } catch (const http::HttpError& error) {
    TERSE_CHECK(error.status() >= 400 && error.status() < 600);
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static core::Metrics metrics;
  static http::HttpCounters counters(metrics);
  static const http::Gate gate(http::Hosts({"pump.example"}, {"https://dash.example"}), true,
                               nullptr, counters);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Seen whole = read(bytes, std::string_view::npos, gate);
  for (const std::size_t step : {1, 7}) {
    const Seen cut = read(bytes, step, gate);
    // When what is wrong is refused depends on how much of it is there: at the end one may still
    // wait for the rest of a line. What is taken does not.
    TERSE_CHECK(cut.requests == whole.requests);
  }
  return 0;
}
