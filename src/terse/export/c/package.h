// Everything that comes with an encoder in C: a description, test vectors, a test to run on the
// developer's machine, and the same as a package for the usual build systems.
#pragma once

#include <string>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/c/package_kind.h"
#include "terse/export/text/files.h"

namespace terse::export_c {

/// The text of MIT-0, under which exported files are.
std::string license_text();

/// What a package holds besides the encoder.
struct PackageParts {
  bool network = false;  ///< network.h; the model must be compressed then
  bool send = false;     ///< send.h
};

/// The files of a package, ready to be copied into a project or a library folder.
std::vector<export_text::File> package_files(const model::Model& model, const Encoder& encoder,
                                             PackageKind kind, PackageParts parts = {});

}  // namespace terse::export_c
