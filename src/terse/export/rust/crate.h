// The encoder of one model as a crate of Rust: no_std, no unsafe code, no dependency.
#pragma once

#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_rust {

/// Cargo.toml, src/lib.rs with a field per feature and encode(), tests/vectors.rs, README.md and
/// LICENSE. encoder: of this model; its messages are those of the encoder in C. send_on_change:
/// src/send.rs, too, with the rule of model/send_on_change.h.
std::vector<export_text::File> crate_files(const model::Model& model,
                                           const export_c::Encoder& encoder,
                                           bool send_on_change = false);

}  // namespace terse::export_rust
