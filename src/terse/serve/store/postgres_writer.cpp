#include "terse/serve/store/postgres_writer.h"

#include <utility>

#include "terse/serve/store/postgres_batch.h"
#include "terse/serve/store/storable.h"

namespace terse::serve::store {
namespace {

using Type = PostgresArray::Type;

constexpr const char* lock_slots =
    "SELECT pg_advisory_xact_lock(723594015, slot::int) FROM unnest($1::bigint[]) AS slot";
constexpr const char* find_devices =
    "SELECT d.device, last, heard_ms, latest, model, session, run, counter, received_ms, "
    "measured_ms, prediction, label, d.ctid FROM unnest($1::text[]) AS k (device) "
    "JOIN devices AS d ON d.device = k.device";
constexpr const char* find_firsts =
    "SELECT k.row, m.run, m.version, m.prediction, m.label, m.payload "
    "FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k (device, model, key, "
    "row) "
    "JOIN messages AS m ON m.device = k.device AND m.model = k.model AND m.key = k.key";
constexpr const char* find_counters =
    "SELECT k.row, c.run, highest, highest_before, began, began_payload, began_ms, "
    "began_measured_ms FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY "
    "AS k (device, model, session, row) JOIN counters AS c ON c.device = k.device "
    "AND c.model = k.model AND c.session = k.session";
constexpr const char* take_numbers =
    "SELECT nextval('messages_id_seq') FROM generate_series(1, $1::bigint)";

constexpr const char* insert_messages =
    "INSERT INTO messages (id, device, model, version, key, received_ms, payload, prediction, "
    "label, radio, previous, run, counter, session, measured_ms, sender) "
    "SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], "
    "$6::bigint[], $7::bytea[], $8::real[], $9::text[], $10::text[], $11::bigint[], "
    "$12::bigint[], $13::bigint[], $14::text[], $15::bigint[], $16::text[])";

constexpr const char* insert_devices =
    "INSERT INTO devices SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], "
    "$4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], "
    "$10::bigint[], $11::real[], $12::text[])";
// By its place, which is still that of the row that was read: whoever moves rows needs a lock that
// the transaction's reading keeps away.
constexpr const char* update_devices =
    "UPDATE devices SET last = n.last, heard_ms = n.heard_ms, latest = n.latest, model = n.model, "
    "session = n.session, run = n.run, counter = n.counter, received_ms = n.received_ms, "
    "measured_ms = n.measured_ms, prediction = n.prediction, label = n.label FROM "
    "unnest($1::tid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], "
    "$7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::real[], $12::text[]) "
    "AS n (place, last, heard_ms, latest, model, session, run, counter, received_ms, "
    "measured_ms, prediction, label) WHERE devices.ctid = n.place";

constexpr const char* set_counters =
    "INSERT INTO counters SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], "
    "$5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bigint[], $10::bigint[], "
    "$11::bigint[]) ON CONFLICT (device, model, session) DO UPDATE SET run = excluded.run, "
    "highest = excluded.highest, highest_before = excluded.highest_before, "
    "began = excluded.began, began_payload = excluded.began_payload, "
    "began_ms = excluded.began_ms, began_measured_ms = excluded.began_measured_ms, "
    "last = excluded.last";

// One server at a time: each position follows the one before.
constexpr const char* lock_refusals = "SELECT pg_advisory_xact_lock(7235940152172)";
constexpr const char* insert_refusals =
    "INSERT INTO refusals (device, model, received_ms, payload, reason, position) "
    "SELECT device, model, received_ms, payload, reason, "
    "coalesce((SELECT position FROM refusals ORDER BY id DESC LIMIT 1), 0) "
    "+ sum(bytes) OVER (ORDER BY row) "
    "FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::text[], $6::bigint[]) "
    "WITH ORDINALITY AS n (device, model, received_ms, payload, reason, bytes, row) ORDER BY row";
constexpr const char* drop_refusals =
    "DELETE FROM refusals WHERE id < (SELECT id FROM refusals WHERE position > "
    "(SELECT position FROM refusals ORDER BY id DESC LIMIT 1) - $1::bigint ORDER BY id LIMIT 1)";

std::optional<std::int64_t> as_integer(std::optional<std::uint64_t> counter) {
  return counter ? std::optional(static_cast<std::int64_t>(*counter)) : std::nullopt;
}

std::optional<std::uint64_t> as_counter(std::optional<std::int64_t> number) {
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// Arrays of the types given, as the parameters of one statement.
class Columns {
 public:
  Columns(std::initializer_list<Type> types) : arrays_(types.begin(), types.end()) {}

  template <typename... Values>
  void add(const Values&... values) {
    std::size_t column = 0;
    (arrays_[column++].add(values), ...);
    ++rows_;
  }
  bool empty() const { return rows_ == 0; }
  PostgresQuestion question(const char* sql) {
    PostgresQuestion question{sql};
    for (PostgresArray& array : arrays_) question.values.push_back(array.take());
    return question;
  }

 private:
  std::vector<PostgresArray> arrays_;
  std::size_t rows_ = 0;
};

void read_device(const PostgresResult& result, int row, DeviceState& state) {
  state.last = result.integer(row, 1);
  state.heard_ms = result.integer(row, 2);
  state.latest = result.integer(row, 3);
  state.model = result.text(row, 4);
  state.session = result.text(row, 5);
  state.run = result.integer(row, 6);
  state.counter = as_counter(result.integer_or_none(row, 7));
  state.received_ms = result.integer(row, 8);
  state.measured_ms = result.integer_or_none(row, 9);
  state.prediction = result.number(row, 10);
  state.label = result.text(row, 11);
}

CounterState counter_of(const PostgresResult& result, int row) {
  CounterState state;
  state.run = result.integer(row, 1);
  state.highest = static_cast<std::uint64_t>(result.integer(row, 2));
  state.highest_before = as_counter(result.integer_or_none(row, 3));
  state.began = as_counter(result.integer_or_none(row, 4));
  state.began_payload = result.bytes(row, 5);
  state.began_ms = result.integer(row, 6);
  state.began_measured_ms = result.integer_or_none(row, 7);
  return state;
}

/// Begins the transaction, and reads into the batch. Gives the numbers of new messages.
std::vector<std::int64_t> look(PostgresConnection& connection, std::span<const Row> rows,
                               PostgresBatch& batch) {
  Columns names({Type::text});
  std::set<std::int64_t> locked;
  for (const auto& [name, device] : batch.devices) {
    names.add(name);
    locked.insert(static_cast<std::int64_t>(postgres_slot(name)));
  }
  Columns keys({Type::text, Type::text, Type::text});
  std::vector<const Row*> of_key;
  for (const Row& row : rows) {
    if (!row.key) continue;
    keys.add(row.device, row.model, *row.key);
    of_key.push_back(&row);
  }
  Columns sessions({Type::text, Type::text, Type::text});
  std::vector<PostgresBatch::Counter*> of_session;
  for (auto& [place, counter] : batch.counters) {
    std::apply([&](const auto&... parts) { sessions.add(parts...); }, place);
    of_session.push_back(&counter);
  }
  const PostgresQuestion questions[] = {{"BEGIN"},
                                        slots_question(locked),
                                        names.question(find_devices),
                                        keys.question(find_firsts),
                                        sessions.question(find_counters),
                                        {take_numbers, {static_cast<std::int64_t>(rows.size())}}};
  const std::vector<PostgresResult> found = connection.ask_all(questions);
  for (int i = 0; i < found[2].rows(); ++i) {
    PostgresBatch::Device& device = batch.devices.find(found[2].text(i, 0))->second;
    read_device(found[2], i, device.state);
    device.place = RowPlace::of(found[2].text(i, 12));
  }
  for (int i = 0; i < found[3].rows(); ++i) {
    const PostgresResult& first = found[3];
    const Row& row = *of_key[static_cast<std::size_t>(first.integer(i, 0)) - 1];
    PostgresBatch::Bytes& bytes =
        batch.firsts[{row.device, row.model, *row.key, first.integer(i, 1)}];
    bytes.outcome = {Kept::duplicate, first.text(i, 2), first.number(i, 3), first.text(i, 4)};
    bytes.payload = first.bytes(i, 5);
  }
  for (int i = 0; i < found[4].rows(); ++i) {
    of_session[static_cast<std::size_t>(found[4].integer(i, 0)) - 1]->state =
        counter_of(found[4], i);
  }
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < found[5].rows(); ++i) numbers.push_back(found[5].integer(i, 0));
  return numbers;
}

void add_messages(const PostgresBatch& batch, std::vector<PostgresQuestion>& questions) {
  Columns columns({Type::int8, Type::text, Type::text, Type::text, Type::text, Type::int8,
                   Type::bytea, Type::float4, Type::text, Type::text, Type::int8, Type::int8,
                   Type::int8, Type::text, Type::int8, Type::text});
  for (const auto& [row, run, message, before] : batch.stored) {
    const auto previous = before == 0 ? std::nullopt : std::optional(before);
    columns.add(message, row->device, row->model, row->version, row->key, row->received_ms,
                std::span(row->payload), row->prediction, row->label, row->radio, previous, run,
                as_integer(row->counter), row->session, row->measured_ms, row->sender);
  }
  if (!columns.empty()) questions.push_back(columns.question(insert_messages));
}

void add_devices(const PostgresBatch& batch, std::vector<PostgresQuestion>& questions) {
  const auto columns_of = [](Type first) {
    return Columns({first, Type::int8, Type::int8, Type::int8, Type::text, Type::text, Type::int8,
                    Type::int8, Type::int8, Type::int8, Type::float4, Type::text});
  };
  Columns known = columns_of(Type::tid);
  Columns unknown = columns_of(Type::text);
  for (const auto& [name, device] : batch.devices) {
    if (!device.changed) continue;
    const DeviceState& state = device.state;
    const auto add = [&state](Columns& columns, const auto& which) {
      columns.add(which, state.last, state.heard_ms, state.latest, state.model, state.session,
                  state.run, as_integer(state.counter), state.received_ms, state.measured_ms,
                  state.prediction, state.label);
    };
    device.place ? add(known, *device.place) : add(unknown, name);
  }
  if (!unknown.empty()) questions.push_back(unknown.question(insert_devices));
  if (!known.empty()) questions.push_back(known.question(update_devices));
}

void add_counters(const PostgresBatch& batch, std::vector<PostgresQuestion>& questions) {
  Columns columns({Type::text, Type::text, Type::text, Type::int8, Type::int8, Type::int8,
                   Type::int8, Type::bytea, Type::int8, Type::int8, Type::int8});
  for (const auto& [place, counter] : batch.counters) {
    if (counter.last == 0) continue;
    const auto& [device, model, session] = place;
    const CounterState& state = *counter.state;
    columns.add(device, model, session, state.run, static_cast<std::int64_t>(state.highest),
                as_integer(state.highest_before), as_integer(state.began),
                std::span(state.began_payload), state.began_ms, state.began_measured_ms,
                counter.last);
  }
  if (!columns.empty()) questions.push_back(columns.question(set_counters));
}

/// PostgreSQL's text cannot hold the byte 0.
std::string storable(std::string text) {
  std::erase(text, '\0');
  return text;
}

void add_refusals(std::span<const Refusal> conflicts, std::span<const Refusal> refusals,
                  std::uint64_t quarantine_bytes, std::vector<PostgresQuestion>& questions) {
  Columns columns({Type::text, Type::text, Type::int8, Type::bytea, Type::text, Type::int8});
  for (const auto some : {conflicts, refusals}) {
    for (const Refusal& refusal : some) {
      columns.add(storable(refusal.device), storable(refusal.model), refusal.received_ms,
                  std::span(refusal.payload), storable(refusal.reason), bytes_of(refusal));
    }
  }
  if (columns.empty()) return;
  questions.push_back({lock_refusals});
  questions.push_back(columns.question(insert_refusals));
  questions.push_back({drop_refusals, {static_cast<std::int64_t>(quarantine_bytes)}});
}

}  // namespace

std::size_t postgres_slot(std::string_view device) {
  // FNV-1a: the same in every server.
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : device) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return (hash ^ (hash >> 32U)) % postgres_slots;
}

PostgresQuestion slots_question(const std::set<std::int64_t>& slots) {
  PostgresArray array(Type::int8);
  for (const std::int64_t slot : slots) array.add(slot);
  return {lock_slots, {array.take()}};
}

PostgresWritten write_to(PostgresConnection& connection, std::uint64_t quarantine_bytes,
                         std::span<const Row> rows, std::span<const Refusal> refusals) {
  require_storable(rows);
  PostgresBatch batch(rows);
  std::vector<PostgresQuestion> questions;
  if (rows.empty()) {
    questions.push_back({"BEGIN"});
  } else {
    batch.decide(look(connection, rows, batch));
  }
  add_messages(batch, questions);
  add_devices(batch, questions);
  add_counters(batch, questions);
  const std::size_t before_refusals = questions.size();
  add_refusals(batch.conflicts, refusals, quarantine_bytes, questions);
  const bool refused = questions.size() > before_refusals;
  questions.push_back({"COMMIT"});
  const std::vector<PostgresResult> results = connection.ask_all(questions);
  const std::int64_t dropped = refused ? results[results.size() - 2].changed() : 0;
  return {std::move(batch.outcomes), static_cast<std::uint64_t>(dropped)};
}

}  // namespace terse::serve::store
