// README.md: the description of an encoder and its message. Private to the room.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"
#include "terse/export/c/package_kind.h"

namespace terse::export_c {

/// sketch: how a program uses the encoder, where that is not a piece of C.
std::string readme_text(const model::Model& model, const Encoder& encoder, PackageKind kind,
                        const Places& places, const std::string& sketch, bool with_network);

}  // namespace terse::export_c
