#include "terse/serve/store/postgres_writer.h"

#include <functional>
#include <numeric>
#include <utility>

#include "terse/serve/store/postgres_batch.h"
#include "terse/serve/store/storable.h"

namespace terse::serve::store {
namespace {

using Type = PostgresArray::Type;

constexpr const char* lock_slots =
    "SELECT pg_advisory_xact_lock(723594015, slot::int) FROM unnest($1::bigint[]) AS slot";
// In a list of results unnest() gives row by row; among tables it would store each array first.
constexpr const char* find_devices =
    "SELECT device, last, heard_ms, latest, model, session, run, counter, received_ms, "
    "measured_ms, prediction, label, ctid FROM devices WHERE device = ANY ($1::text[])";
constexpr const char* find_firsts =
    "SELECT k.row, m.run, m.version, m.prediction, m.label, m.payload FROM (SELECT "
    "unnest($1::text[]) AS device, unnest($2::text[]) AS model, unnest($3::text[]) AS key, "
    "generate_subscripts($1::text[], 1) AS row) AS k "
    "JOIN messages AS m ON m.device = k.device AND m.model = k.model AND m.key = k.key "
    "AND m.key IS NOT NULL";
constexpr const char* find_counters =
    "SELECT k.row, c.run, highest, highest_before, began, began_payload, began_ms, "
    "began_measured_ms FROM (SELECT unnest($1::text[]) AS device, unnest($2::text[]) AS model, "
    "unnest($3::text[]) AS session, generate_subscripts($1::text[], 1) AS row) AS k "
    "JOIN counters AS c ON c.device = k.device AND c.model = k.model AND c.session = k.session";
constexpr const char* take_blocks =
    "SELECT nextval('messages_id_seq') FROM generate_series(1, $1::bigint)";

constexpr const char* insert_messages =
    "INSERT INTO messages (id, device, model, version, key, received_ms, payload, prediction, "
    "label, radio, previous, run, counter, session, measured_ms, sender) "
    "SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), "
    "unnest($5::text[]), unnest($6::bigint[]), unnest($7::bytea[]), unnest($8::real[]), "
    "unnest($9::text[]), unnest($10::text[]), unnest($11::bigint[]), unnest($12::bigint[]), "
    "unnest($13::bigint[]), unnest($14::text[]), unnest($15::bigint[]), unnest($16::text[])";
constexpr const char* insert_devices =
    "INSERT INTO devices (device, last, heard_ms, latest, model, session, run, counter, "
    "received_ms, measured_ms, prediction, label) SELECT unnest($1::text[]), "
    "unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::text[]), "
    "unnest($6::text[]), unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]), "
    "unnest($10::bigint[]), unnest($11::real[]), unnest($12::text[])";
// By its place, which is still that of the row that was read: whoever moves rows needs a lock that
// the transaction's reading keeps away.
constexpr const char* update_devices =
    "UPDATE devices SET last = n.last, heard_ms = n.heard_ms, latest = n.latest, model = n.model, "
    "session = n.session, run = n.run, counter = n.counter, received_ms = n.received_ms, "
    "measured_ms = n.measured_ms, prediction = n.prediction, label = n.label FROM (SELECT "
    "unnest($1::tid[]) AS place, unnest($2::bigint[]) AS last, unnest($3::bigint[]) AS heard_ms, "
    "unnest($4::bigint[]) AS latest, unnest($5::text[]) AS model, unnest($6::text[]) AS session, "
    "unnest($7::bigint[]) AS run, unnest($8::bigint[]) AS counter, unnest($9::bigint[]) AS "
    "received_ms, unnest($10::bigint[]) AS measured_ms, unnest($11::real[]) AS prediction, "
    "unnest($12::text[]) AS label) AS n WHERE devices.ctid = n.place";

constexpr const char* set_counters =
    "INSERT INTO counters (device, model, session, run, highest, highest_before, began, "
    "began_payload, began_ms, began_measured_ms, last) SELECT unnest($1::text[]), "
    "unnest($2::text[]), unnest($3::text[]), unnest($4::bigint[]), unnest($5::bigint[]), "
    "unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bytea[]), unnest($9::bigint[]), "
    "unnest($10::bigint[]), unnest($11::bigint[]) "
    "ON CONFLICT (device, model, session) DO UPDATE SET run = excluded.run, "
    "highest = excluded.highest, highest_before = excluded.highest_before, "
    "began = excluded.began, began_payload = excluded.began_payload, "
    "began_ms = excluded.began_ms, began_measured_ms = excluded.began_measured_ms, "
    "last = excluded.last";

// One server at a time: each position follows the one before.
constexpr const char* lock_refusals = "SELECT pg_advisory_xact_lock(7235940152172)";
constexpr const char* insert_refusals =
    "INSERT INTO refusals (device, model, received_ms, payload, reason, position, bytes) "
    "SELECT device, model, received_ms, payload, reason, coalesce((SELECT position + bytes FROM "
    "refusals ORDER BY id DESC LIMIT 1), 0) + sum(bytes) OVER (ORDER BY row) - bytes, bytes "
    "FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::text[], $6::bigint[]) "
    "WITH ORDINALITY AS n (device, model, received_ms, payload, reason, bytes, row) ORDER BY row "
    "RETURNING id";
constexpr const char* drop_refusals =
    "DELETE FROM refusals WHERE id < coalesce((SELECT id FROM refusals WHERE position >= "
    "(SELECT position + bytes FROM refusals ORDER BY id DESC LIMIT 1) - $1::bigint "
    "ORDER BY id LIMIT 1), (SELECT max(id) FROM refusals))";

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

void read_devices(const PostgresResult& found, PostgresBatch& batch) {
  for (int i = 0; i < found.rows(); ++i) {
    PostgresBatch::Device& device = batch.devices.find(found.text(i, 0))->second;
    read_device(found, i, device.state);
    device.place = RowPlace::of(found.text(i, 12));
  }
}

PostgresQuestion lock(const PostgresBatch& batch) {
  std::set<std::int64_t> slots;
  for (const auto& [name, device] : batch.devices) {
    slots.insert(static_cast<std::int64_t>(postgres_slot(name)));
  }
  return slots_question(slots);
}

/// The questions of a transaction's first round trip, and what is done with the answers.
class Questions {
 public:
  using Read = std::function<void(const PostgresResult&)>;

  void add(PostgresQuestion question, Read read = {}) {
    questions_.push_back(std::move(question));
    reads_.push_back(std::move(read));
  }
  void ask(PostgresConnection& connection) const {
    const std::vector<PostgresResult> results = connection.ask_all(questions_);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (reads_[i]) reads_[i](results[i]);
    }
  }

 private:
  std::vector<PostgresQuestion> questions_;
  std::vector<Read> reads_;
};

/// What the store has under the rows' keys.
void add_firsts(std::span<const Row> rows, PostgresBatch& batch, Questions& questions) {
  Columns keys({Type::text, Type::text, Type::text});
  std::vector<const Row*> of_key;
  for (const Row& row : rows) {
    if (!row.key) continue;
    keys.add(row.device, row.model, *row.key);
    of_key.push_back(&row);
  }
  if (keys.empty()) return;
  questions.add(keys.question(find_firsts), [of_key, &batch](const PostgresResult& found) {
    for (int i = 0; i < found.rows(); ++i) {
      const Row& row = *of_key[static_cast<std::size_t>(found.integer(i, 0)) - 1];
      PostgresBatch::Bytes& bytes =
          batch.firsts[{row.device, row.model, *row.key, found.integer(i, 1)}];
      bytes.outcome = {Kept::duplicate, found.text(i, 2), found.number(i, 3), found.text(i, 4)};
      bytes.payload = found.bytes(i, 5);
    }
  });
}

void add_counter_states(PostgresBatch& batch, Questions& questions) {
  Columns sessions({Type::text, Type::text, Type::text});
  std::vector<PostgresBatch::Counter*> of_session;
  for (auto& [place, counter] : batch.counters) {
    std::apply([&](const auto&... parts) { sessions.add(parts...); }, place);
    of_session.push_back(&counter);
  }
  if (sessions.empty()) return;
  questions.add(sessions.question(find_counters), [of_session](const PostgresResult& found) {
    for (int i = 0; i < found.rows(); ++i) {
      of_session[static_cast<std::size_t>(found.integer(i, 0)) - 1]->state = counter_of(found, i);
    }
  });
}

/// Begins the transaction, and reads into the batch. Gives the numbers of new messages.
std::vector<std::int64_t> look(PostgresConnection& connection, std::span<const Row> rows,
                               bool for_firsts, PostgresBatch& batch) {
  Questions questions;
  questions.add({"BEGIN"});
  questions.add(lock(batch));
  Columns names({Type::text});
  for (const auto& [name, device] : batch.devices) names.add(name);
  questions.add(names.question(find_devices),
                [&batch](const PostgresResult& found) { read_devices(found, batch); });
  if (for_firsts) add_firsts(rows, batch, questions);
  add_counter_states(batch, questions);
  const std::size_t blocks = (rows.size() + postgres_block - 1) / postgres_block;
  std::vector<std::int64_t> numbers;
  questions.add({take_blocks, {static_cast<std::int64_t>(blocks)}},
                [&numbers](const PostgresResult& found) {
                  for (int i = 0; i < found.rows(); ++i) {
                    numbers.resize(numbers.size() + postgres_block);
                    std::iota(numbers.end() - postgres_block, numbers.end(), found.integer(i, 0));
                  }
                });
  questions.ask(connection);
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

void read_ids(const PostgresResult& inserted, std::span<Refusal> conflicts,
              std::span<Refusal> refusals) {
  int row = 0;
  for (const auto some : {conflicts, refusals}) {
    for (Refusal& refusal : some) refusal.id = inserted.integer(row++, 0);
  }
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

PostgresWritten write_to(PostgresConnection& connection, std::span<const Row> rows,
                         std::span<Refusal> refusals, const PostgresWriting& how) {
  require_storable(rows);
  PostgresBatch batch(rows);
  std::vector<PostgresQuestion> questions;
  if (rows.empty()) {
    questions.push_back({"BEGIN"});
  } else {
    batch.decide(look(connection, rows, how.look_for_firsts, batch));
  }
  add_messages(batch, questions);
  add_devices(batch, questions);
  add_counters(batch, questions);
  const std::size_t before_refusals = questions.size();
  add_refusals(batch.conflicts, refusals, how.quarantine_bytes, questions);
  const bool refused = questions.size() > before_refusals;
  questions.push_back({"COMMIT"});
  const std::vector<PostgresResult> results = connection.ask_all(questions);
  if (!refused) return {std::move(batch.outcomes), 0};
  read_ids(results[before_refusals + 1], batch.conflicts, refusals);
  name_conflicts(batch.conflicts, batch.outcomes);
  const std::int64_t dropped = results[results.size() - 2].changed();
  return {std::move(batch.outcomes), static_cast<std::uint64_t>(dropped)};
}

}  // namespace terse::serve::store
