// The encoder of one model as a module for MicroPython, which CPython runs as well.
#pragma once

#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_python {

/// PREFIX.py with encode(), PREFIX_test.py, README.md and LICENSE. encoder: of this model; its
/// messages are those of the encoder in C. send_on_change: PREFIX_send.py, too, with the rule of
/// model/send_on_change.h.
std::vector<export_text::File> module_files(const model::Model& model,
                                            const export_c::Encoder& encoder,
                                            bool send_on_change = false);

}  // namespace terse::export_python
