// The choice, in C, of the messages that a device sends: those that changed, and a heartbeat. The
// rule is that of model/send_on_change.h. Inside the export/c room.
#pragma once

#include <string>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

/// PREFIX_send.h and PREFIX_send.c. model: the encoder's. with_network: the device predicts, too.
std::vector<export_text::File> send_files(const model::Model& model, const Encoder& encoder,
                                          bool with_network);

/// The part of the README about them.
std::string send_text(const Encoder& encoder);

}  // namespace terse::export_c
