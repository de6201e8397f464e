#include "terse/serve/store/postgres_store.h"

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "terse/serve/store/device_list.h"
#include "terse/serve/store/expiry.h"
#include "terse/serve/store/postgres_connection.h"
#include "terse/serve/store/postgres_schema.h"
#include "terse/serve/store/postgres_writer.h"

namespace terse::serve::store {
namespace {

constexpr std::size_t connections = 2;
constexpr int tries = 5;
constexpr int looks_after_collision = 1000;  ///< transactions
constexpr std::int64_t rows_at_once = 5000;

// An acknowledged message is durable: stronger settings of the database stay. Arrays are joined
// with tables by their indexes, also while the statistics say that a table is empty.
constexpr const char* writing_settings =
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local'); "
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
    "SET plan_cache_mode = force_generic_plan";

#define TERSE_ROW_COLUMNS                                                                      \
  "SELECT messages.id, device, model, version, key, received_ms, payload, prediction, label, " \
  "radio, counter, session, measured_ms, sender, run FROM "
constexpr const char* some_rows =
    TERSE_ROW_COLUMNS "messages WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint";
// $3: bytes of all; one row is given however long it is.
constexpr const char* newest_rows = TERSE_ROW_COLUMNS
    "(SELECT *, sum(octet_length(payload) + octet_length(radio)) OVER rows AS bytes, row_number() "
    "OVER rows AS n FROM messages WHERE $2 = '' WINDOW rows AS (ORDER BY id DESC) ORDER BY id "
    "DESC LIMIT $1::bigint) AS messages WHERE bytes <= $3::bigint OR n = 1 ORDER BY id DESC";
// From a device's last message back, each names the one before it, as in SQLite.
constexpr const char* rows_of_device =
    "WITH RECURSIVE history (message, n) AS (SELECT last, 1 FROM devices WHERE device = $2 "
    "UNION ALL SELECT previous, n + 1 FROM history JOIN messages ON messages.id = message "
    "WHERE previous IS NOT NULL AND n < $1::bigint) " TERSE_ROW_COLUMNS
    "(SELECT messages.*, sum(octet_length(payload) + octet_length(radio)) OVER (ORDER BY id DESC) "
    "AS bytes, n FROM history JOIN messages ON messages.id = message) AS messages "
    "WHERE bytes <= $3::bigint OR n = 1 ORDER BY id DESC";
constexpr const char* latest_of_device =
    TERSE_ROW_COLUMNS "messages WHERE id = (SELECT latest FROM devices WHERE device = $1)";
#undef TERSE_ROW_COLUMNS

constexpr const char* remove_devices =
    "DELETE FROM devices WHERE last <= $1::bigint AND device = ANY ($2::text[])";
constexpr const char* remove_counters =
    "DELETE FROM counters WHERE last <= $1::bigint AND device = ANY ($2::text[])";
// Where the latest message is gone and later arrivals are not, the last of those takes its place.
constexpr const char* renew_latest =
    "UPDATE devices SET latest = m.id, model = m.model, session = m.session, run = m.run, "
    "counter = CASE WHEN m.key = CASE m.session WHEN '' THEN '' ELSE m.session || ':' END || "
    "m.counter THEN m.counter END, received_ms = m.received_ms, measured_ms = m.measured_ms, "
    "prediction = m.prediction, label = m.label FROM messages AS m WHERE m.id = devices.last "
    "AND devices.latest <= $1::bigint AND devices.device = ANY ($2::text[])";

Row row_of(const PostgresResult& result, int row) {
  Row read;
  read.device = result.text(row, 1);
  read.model = result.text(row, 2);
  read.version = result.text(row, 3);
  if (!result.is_null(row, 4)) read.key = result.text(row, 4);
  read.received_ms = result.integer(row, 5);
  read.payload = result.bytes(row, 6);
  read.prediction = result.number(row, 7);
  read.label = result.text(row, 8);
  read.radio = result.text(row, 9);
  if (const auto counter = result.integer_or_none(row, 10)) {
    read.counter = static_cast<std::uint64_t>(*counter);
  }
  read.session = result.text(row, 11);
  read.measured_ms = result.integer_or_none(row, 12);
  read.sender = result.text(row, 13);
  read.run = result.integer(row, 14);
  return read;
}

std::vector<Row> rows_of(const PostgresResult& result) {
  std::vector<Row> rows;
  for (int row = 0; row < result.rows(); ++row) rows.push_back(row_of(result, row));
  return rows;
}

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

struct PostgresStore::State {
  State(const std::string& url, const StoreOptions& options_)
      : options(options_), reading(url, "") {
    for (std::size_t i = 0; i < connections; ++i) {
      idle.push_back(std::make_unique<PostgresConnection>(url, writing_settings));
    }
  }

  /// A connection for writing, lent.
  class Lent {
   public:
    explicit Lent(State& state) : state_(state) {
      std::unique_lock lock(state_.mutex);
      state_.given_back.wait(lock, [this] { return !state_.idle.empty(); });
      connection_ = std::move(state_.idle.back());
      state_.idle.pop_back();
    }
    ~Lent() {
      const std::lock_guard lock(state_.mutex);
      state_.idle.push_back(std::move(connection_));
      state_.given_back.notify_one();
    }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    PostgresConnection& operator*() { return *connection_; }

   private:
    State& state_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  /// Connects, and looks at the tables before anything uses them.
  void open(PostgresConnection& connection);
  /// write(collided): whether it did the time before.
  template <typename Write>
  static auto again_if_it_collides(const Write& write);
  /// Where a message has come again, others will: then the keys are looked up for a while.
  PostgresWriting how_to_write(bool collided) {
    if (collided) looks_left = looks_after_collision;
    const bool looks = looks_left > 0;
    if (looks) --looks_left;
    return {options.quarantine_bytes, looks};
  }
  Expiry find_old(std::int64_t before_ms, std::size_t rows_max);
  std::size_t remove_old(PostgresConnection& connection, const Expiry& old, std::size_t rows_max);

  /// The same statement has the same address.
  const char* statement(const std::string& sql) { return statements.insert(sql).first->c_str(); }

  StoreOptions options;
  std::set<std::string> statements;  ///< of reading; there are few
  std::mutex mutex;
  std::condition_variable given_back;
  std::vector<std::unique_ptr<PostgresConnection>> idle;
  std::mutex prepare_mutex;
  bool prepared = false;
  std::mutex read_mutex;
  PostgresConnection reading;
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<int> looks_left{0};
};

void PostgresStore::State::open(PostgresConnection& connection) {
  connection.open();
  const std::lock_guard lock(prepare_mutex);
  if (prepared) return;
  prepare_schema(connection);
  prepared = true;
}

template <typename Write>
auto PostgresStore::State::again_if_it_collides(const Write& write) {
  for (int time = 1;; ++time) {
    try {
      return write(time > 1);
    } catch (const PostgresCollision&) {
      if (time == tries) throw;
    }
  }
}

PostgresStore::PostgresStore(const std::string& url, const StoreOptions& options)
    : state_(std::make_unique<State>(url, options)) {
  try {
    State::Lent lent(*state_);
    state_->open(*lent);
  } catch (const base::JobError&) {
    // It is away: whoever needs it now is told so.
  }
}

PostgresStore::~PostgresStore() = default;

std::vector<Outcome> PostgresStore::write(std::span<const Row> rows, std::span<Refusal> refusals) {
  State::Lent lent(*state_);
  PostgresWritten written = State::again_if_it_collides([&](bool collided) {
    state_->open(*lent);
    return write_to(*lent, rows, refusals, state_->how_to_write(collided));
  });
  state_->dropped += written.dropped;
  return std::move(written.outcomes);
}

std::size_t PostgresStore::writers() const {
  return connections;
}

std::size_t PostgresStore::writer_of(std::string_view device) const {
  // No two threads shall wait for one slot.
  return postgres_slot(device) % connections;
}

std::vector<Row> PostgresStore::recent(const std::string& device, std::size_t rows_max) {
  const std::lock_guard lock(state_->read_mutex);
  state_->open(state_->reading);
  const auto limit = static_cast<std::int64_t>(rows_max);
  return rows_of(state_->reading.ask(device.empty() ? newest_rows : rows_of_device,
                                     {limit, device, static_cast<std::int64_t>(recent_bytes_max)}));
}

std::optional<Row> PostgresStore::latest(const std::string& device) {
  const std::lock_guard lock(state_->read_mutex);
  state_->open(state_->reading);
  const PostgresResult found = state_->reading.ask(latest_of_device, {device});
  return found.rows() == 0 ? std::nullopt : std::optional(row_of(found, 0));
}

void PostgresStore::check() {
  State::Lent lent(*state_);
  state_->open(*lent);
  // Takes part in the log that a commit waits for.
  const PostgresQuestion questions[] = {
      {"BEGIN"}, {"SELECT pg_logical_emit_message(true, 'terse', '')"}, {"COMMIT"}};
  (*lent).ask_all(questions);
}

DeviceList PostgresStore::devices(const DeviceQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  state_->open(state_->reading);
  PostgresValues values;
  if (!query.search.empty()) values.emplace_back(query.search);
  if (!query.model.empty()) values.emplace_back(query.model);
  if (query.silent_since_ms) values.emplace_back(*query.silent_since_ms);
  PostgresQuestion count{state_->statement(count_of_devices(query, "strpos")), values};
  values.emplace_back(static_cast<std::int64_t>(query.devices_max));
  values.emplace_back(static_cast<std::int64_t>(query.skipped));
  PostgresQuestion list{state_->statement(list_of_devices(query, "strpos")), values};
  const PostgresQuestion questions[] = {std::move(count), std::move(list)};
  const std::vector<PostgresResult> results = state_->reading.ask_all(questions);
  DeviceList found;
  found.found = static_cast<std::size_t>(results[0].integer(0, 0));
  const PostgresResult& result = results[1];
  for (int row = 0; row < result.rows(); ++row) {
    found.devices.push_back({result.text(row, 0), result.text(row, 1), result.integer(row, 2),
                             result.number(row, 3), result.text(row, 4),
                             result.integer_or_none(row, 5)});
  }
  return found;
}

std::vector<std::string> PostgresStore::proven_devices() {
  const std::lock_guard lock(state_->read_mutex);
  state_->open(state_->reading);
  const PostgresResult result = state_->reading.ask(
      "SELECT devices.device FROM devices JOIN messages ON messages.id = last "
      "WHERE sender = 'device ' || devices.device",
      {});
  std::vector<std::string> proven;
  for (int row = 0; row < result.rows(); ++row) proven.push_back(result.text(row, 0));
  return proven;
}

std::vector<Refusal> PostgresStore::quarantine(const QuarantineQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  state_->open(state_->reading);
  // The sum is that of all newer ones, so that no more is sent than is given.
  const PostgresResult result = state_->reading.ask(
      "SELECT device, model, received_ms, payload, reason, id FROM (SELECT *, "
      "sum(octet_length(payload)) OVER (ORDER BY id DESC) AS so_far FROM (SELECT * FROM refusals "
      "WHERE $1::bigint IS NULL OR id < $1::bigint ORDER BY id DESC LIMIT $2::bigint) AS newest) "
      "AS summed WHERE so_far <= $3::bigint OR so_far = octet_length(payload) ORDER BY id DESC",
      {query.before_id, static_cast<std::int64_t>(query.refusals_max),
       static_cast<std::int64_t>(query.payload_bytes_max)});
  std::vector<Refusal> refusals;
  for (int row = 0; row < result.rows(); ++row) {
    refusals.push_back({result.text(row, 0), result.text(row, 1), result.integer(row, 2),
                        result.bytes(row, 3), result.text(row, 4), result.integer(row, 5)});
  }
  return refusals;
}

void PostgresStore::for_each(const std::function<void(const Row&)>& visit) {
  for (std::int64_t last = 0;;) {
    const PostgresResult some = [&] {
      const std::lock_guard lock(state_->read_mutex);
      state_->open(state_->reading);
      return state_->reading.ask(some_rows, {last, rows_at_once});
    }();
    if (some.rows() == 0) return;
    last = some.integer(some.rows() - 1, 0);
    for (int row = 0; row < some.rows(); ++row) visit(row_of(some, row));
  }
}

std::uint64_t PostgresStore::refusals_dropped() const {
  return state_->dropped;
}

Expiry PostgresStore::State::find_old(std::int64_t before_ms, std::size_t rows_max) {
  const std::lock_guard lock(read_mutex);
  open(reading);
  Expiry old(before_ms, now_ms(), reading.ask("SELECT highest_ms FROM retention").integer(0, 0));
  for (std::int64_t last = 0;;) {
    const PostgresResult some = reading.ask(
        "SELECT id, received_ms FROM messages WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint",
        {last, rows_at_once});
    for (int row = 0; row < some.rows(); ++row) {
      last = some.integer(row, 0);
      if (old.messages() >= rows_max || !old.look(last, some.integer(row, 1))) return old;
    }
    if (some.rows() < rows_at_once) return old;
  }
}

std::size_t PostgresStore::State::remove_old(PostgresConnection& connection, const Expiry& old,
                                             std::size_t rows_max) {
  const PostgresQuestion find[] = {
      {"BEGIN"},
      {"SELECT max(id) FROM (SELECT id FROM messages WHERE id <= $1::bigint ORDER BY id "
       "LIMIT $2::bigint) AS oldest",
       {*old.last(), static_cast<std::int64_t>(rows_max)}}};
  const auto last = connection.ask_all(find)[1].integer_or_none(0, 0);
  if (!last) {
    connection.execute("ROLLBACK");
    return 0;
  }
  const PostgresResult removed =
      connection.ask("DELETE FROM messages WHERE id <= $1::bigint RETURNING device", {*last});
  std::set<std::string> devices;
  for (int row = 0; row < removed.rows(); ++row) devices.insert(removed.text(row, 0));
  std::set<std::int64_t> slots;
  PostgresArray names(PostgresArray::Type::text);
  for (const std::string& device : devices) {
    names.add(device);
    slots.insert(static_cast<std::int64_t>(postgres_slot(device)));
  }
  const PostgresValue forgotten = names.take();
  const PostgresQuestion remove[] = {
      slots_question(slots),
      {remove_devices, {*last, forgotten}},
      {remove_counters, {*last, forgotten}},
      {renew_latest, {*last, forgotten}},
      {"UPDATE retention SET highest_ms = greatest(highest_ms, $1::bigint)", {old.highest_ms()}},
      {"COMMIT"}};
  connection.ask_all(remove);
  return static_cast<std::size_t>(removed.rows());
}

std::size_t PostgresStore::forget(std::int64_t before_ms, std::size_t rows_max) {
  const Expiry old = state_->find_old(before_ms, rows_max);
  if (!old.last()) return 0;
  State::Lent lent(*state_);
  return State::again_if_it_collides([&](bool) {
    state_->open(*lent);
    return state_->remove_old(*lent, old, rows_max);
  });
}

}  // namespace terse::serve::store
