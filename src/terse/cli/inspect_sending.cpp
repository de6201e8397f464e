#include "terse/cli/inspect_sending.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/cli/summary.h"
#include "terse/model/encoder.h"
#include "terse/train/metrics.h"

namespace terse::cli {

Sending try_sending(const model::Model& model, const data::Table& table,
                    const model::SendRule& rule) {
  if (model.full_precision()) {
    throw base::InputError("--send-on-change", "", "full precision has no codes that may change",
                           "train with --method bw-sq");
  }
  const std::size_t features = model.features.size();
  std::vector<quantize::Code> codes(table.rows() * features);
  model::Encoder(model).encode(table.features, codes);
  Sending sending;
  sending.rule = rule;
  sending.messages = table.rows();
  sending.on = measured_rows(model, table);
  model::SendOnChange sender(model, rule);
  data::Table held = table;
  std::size_t last = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto message = std::span(codes).subspan(row * features, features);
    const auto reason = sender.next(message);
    if (reason != model::SendOnChange::Reason::held) {
      sender.sent(message);
      ++(reason == model::SendOnChange::Reason::changed ? sending.changed : sending.heartbeats);
      last = row;
    }
    std::ranges::copy(table.features.row(last), held.features.row(row).begin());
  }
  const train::Metrics every = train::evaluate(model, table, sending.on.rows);
  sending.loss_name = loss_name(every);
  sending.loss = every.loss();
  sending.loss_held = train::evaluate(model, held, sending.on.rows).loss();
  return sending;
}

std::string sending_text(const Sending& sending) {
  const double share =
      100.0 * static_cast<double>(sending.sent()) / static_cast<double>(sending.messages);
  return fmt::format(
      "sent on change: {} of {} messages ({:.1f} %), {} of them heartbeats after {} not sent\n"
      "{} of the last message sent {:.4f}, of every message {:.4f}, on {}\n",
      sending.sent(), sending.messages, share, sending.heartbeats, sending.rule.heartbeat_messages,
      sending.loss_name, sending.loss_held, sending.loss, sending.on.text);
}

}  // namespace terse::cli
