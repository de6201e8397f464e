// What README.md says about an encoder and its message. Inside the export room.
#pragma once

#include <string>

#include "terse/export/c/encoder.h"
#include "terse/export/c/package.h"

namespace terse::export_c {

/// Where the files of a package lie, each an empty text or a folder with '/' at its end.
struct Places {
  std::string sources;
  std::string headers;
  std::string extras;  ///< of vectors and their tests
};

/// sketch: how a program uses the encoder, where that is not a piece of C.
std::string readme_text(const model::Model& model, const Encoder& encoder, PackageKind kind,
                        const Places& places, const std::string& sketch, bool with_network);

}  // namespace terse::export_c
