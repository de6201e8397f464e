// The choice, in C, of the messages that a device sends: those that changed, and a heartbeat. The
// rule is that of model/send_on_change.h. For the export rooms.
#pragma once

#include <string>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

/// The codes of a message, for what tells them apart: one for each feature that is sent.
struct SentCodes {
  std::vector<std::size_t> sizes;    ///< bits, or in radix packing levels - 1
  std::vector<std::size_t> highest;  ///< in an order
  bool all_in_order = true;

  bool equally_wide() const;
};

/// model: the encoder's.
SentCodes sent_codes(const model::Model& model, const Encoder& encoder);

/// PREFIX_send.h and PREFIX_send.c. model: the encoder's. with_network: the device predicts, too.
std::vector<export_text::File> send_files(const model::Model& model, const Encoder& encoder,
                                          bool with_network);

/// The part of the README about them.
std::string send_text(const Encoder& encoder);

}  // namespace terse::export_c
