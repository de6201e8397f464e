#include "terse/serve/http/questions.h"

#include <algorithm>
#include <chrono>

#include "terse/base/error.h"
#include "terse/serve/core/json_answers.h"
#include "terse/serve/http/assets.h"
#include "terse/serve/http/query.h"
#include "terse/serve/web/page.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

constexpr std::int64_t rows_max = 10'000;
constexpr std::int64_t skip_max = 1'000'000'000;
constexpr std::int64_t time_max = 253'402'300'799'999;  ///< the last of the year 9999

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::size_t limit_of(const Target& target) {
  return static_cast<std::size_t>(number(target, "limit", 1, rows_max).value_or(100));
}

HttpAnswer json(std::string body, int status = 200) {
  HttpAnswer answer{status, std::move(body)};
  answer.fields.emplace_back("Cache-Control", "no-store");
  return answer;
}

bool covers_all(const core::Grant& grant) {
  return grant.models.empty() && grant.devices.empty();
}

template <class Each>
bool covers(const core::Grant& grant, const Each& each) {
  return grant.covers_device(each.device) && grant.covers_model(each.model);
}

template <class Each>
void keep_covered(const core::Grant& grant, std::vector<Each>& all) {
  std::erase_if(all, [&](const Each& each) { return !covers(grant, each); });
}

void check_device(const core::Grant& grant, const std::string& device) {
  if (!grant.covers_device(device)) throw HttpError(403, "this token is not for this device");
}

store::DeviceQuery::Order order_of(const Target& target) {
  using Order = store::DeviceQuery::Order;
  const std::string text = parameter(target, "order").value_or("received");
  if (text == "device") return Order::device;
  if (text == "model") return Order::model;
  if (text == "received") return Order::received;
  if (text == "prediction") return Order::prediction;
  throw base::InputError("order", "", text::in_quotes(text) + " cannot be taken",
                         "write device, model, received or prediction");
}

/// The devices of a token that is not for all: the store knows of no tokens, so all are gone
/// through in parts.
store::DeviceList covered_devices(store::Store& store, const core::Grant& grant,
                                  const store::DeviceQuery& wanted) {
  store::DeviceQuery query = wanted;
  query.devices_max = static_cast<std::size_t>(rows_max);
  store::DeviceList covered;
  for (query.skipped = 0;; query.skipped += query.devices_max) {
    store::DeviceList part = store.devices(query);
    const std::size_t given = part.devices.size();
    keep_covered(grant, part.devices);
    for (store::DeviceSummary& device : part.devices) {
      if (covered.found++ < wanted.skipped) continue;
      if (covered.devices.size() < wanted.devices_max) covered.devices.push_back(std::move(device));
    }
    if (given < query.devices_max) return covered;
  }
}

}  // namespace

store::Store& Questions::opened_store() const {
  if (store_ == nullptr)
    throw HttpError(404, "this server keeps no messages; start it with a store");
  return *store_;
}

HttpAnswer Questions::models(const core::Grant& grant) const {
  std::vector<core::Served> models = registry_.all();
  std::erase_if(models, [&](const core::Served& each) { return !grant.covers_model(each->name); });
  return json(core::to_json(models));
}

HttpAnswer Questions::devices(const core::Grant& grant, const Target& target) const {
  store::DeviceQuery query;
  query.search = parameter(target, "search").value_or("");
  query.order = order_of(target);
  query.descending = yes_or_no(target, "descending", true);
  query.silent_since_ms = number(target, "silent_since", 0, time_max);
  query.skipped = static_cast<std::size_t>(number(target, "skip", 0, skip_max).value_or(0));
  query.devices_max = limit_of(target);
  store::Store& store = opened_store();
  const store::DeviceList list =
      covers_all(grant) ? store.devices(query) : covered_devices(store, grant, query);
  HttpAnswer answer = json(core::to_json(list.devices, heartbeats_, now_ms()));
  answer.fields.emplace_back("Terse-Found", std::to_string(list.found));
  return answer;
}

HttpAnswer Questions::latest(const core::Grant& grant, const std::string& device) const {
  check_device(grant, device);
  const std::optional<store::Row> row = opened_store().latest(device);
  if (!row || !grant.covers_model(row->model)) {
    return json(core::error_json("no message has come from this device"), 404);
  }
  return json(core::to_json(*row, heartbeats_.overdue(row->model, row->received_ms, now_ms())));
}

HttpAnswer Questions::messages(const core::Grant& grant, const Target& target) const {
  const std::string device = parameter(target, "device").value_or("");
  if (!device.empty()) check_device(grant, device);
  const std::size_t limit = limit_of(target);
  const bool filters = !covers_all(grant);
  std::vector<store::Row> rows =
      opened_store().recent(device, filters ? static_cast<std::size_t>(rows_max) : limit);
  if (filters) keep_covered(grant, rows);
  if (rows.size() > limit) rows.resize(limit);
  return json(core::to_json(rows));
}

HttpAnswer Questions::drift(const core::Grant& grant) const {
  std::vector<core::FeatureDrift> drifts = pipeline_.drift().report();
  std::erase_if(drifts,
                [&](const core::FeatureDrift& each) { return !grant.covers_model(each.model); });
  return json(core::to_json(drifts));
}

HttpAnswer Questions::quarantine(const core::Grant& grant, const Target& target) const {
  store::QuarantineQuery query;
  query.before_id = number(target, "before", 0, INT64_MAX);
  query.refusals_max = limit_of(target);
  std::vector<store::Refusal> refusals = opened_store().quarantine(query);
  keep_covered(grant, refusals);
  return json(core::to_json(refusals));
}

HttpAnswer Questions::readiness() const {
  // The reason may be the database's text, which is for the operator's log alone.
  if (pipeline_.problem().empty()) return {200, "ok\n", "text/plain"};
  return {503,
          "messages cannot be kept now; the server's log says why\n",
          "text/plain",
          {{"Retry-After", "1"}}};
}

HttpAnswer Questions::metrics() const {
  std::string text = metrics_.text() + pipeline_.drift().text();
  try {
    if (store_ != nullptr) text += heartbeats_.text(registry_.all(), *store_, now_ms());
  } catch (const base::JobError&) {
    // The store is away, which other metrics say; these are missing until it is back.
  }
  return {200, std::move(text), "text/plain; version=0.0.4"};
}

bool Questions::takes_long(Endpoint endpoint) {
  return endpoint != Endpoint::page && endpoint != Endpoint::openapi &&
         endpoint != Endpoint::healthz && endpoint != Endpoint::readyz;
}

HttpAnswer Questions::answer(const Admitted& admitted, const Target& target) const {
  static const core::Grant all;
  const core::Grant& grant = admitted.sender.grant == nullptr ? all : *admitted.sender.grant;
  switch (admitted.route->endpoint) {
    case Endpoint::page:
      // Nothing but this page's own script and this server; in no frame of another page.
      return {200,
              std::string(web::page()),
              "text/html; charset=utf-8",
              {{"Content-Security-Policy",
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                "connect-src 'self'; frame-ancestors 'none'"}}};
    case Endpoint::openapi:
      return {200, std::string(assets::openapi())};
    case Endpoint::healthz:
      return {200, "ok\n", "text/plain"};
    case Endpoint::readyz:
      return readiness();
    case Endpoint::metrics:
      return metrics();
    case Endpoint::models:
      return models(grant);
    case Endpoint::reload:
      registry_.reload();
      return models(grant);
    case Endpoint::devices:
      return devices(grant, target);
    case Endpoint::latest:
      return latest(grant, admitted.name);
    case Endpoint::messages:
      return messages(grant, target);
    case Endpoint::drift:
      return drift(grant);
    case Endpoint::quarantine:
      return quarantine(grant, target);
    default:
      throw HttpError(404, "nothing is at this path");
  }
}

}  // namespace terse::serve::http
