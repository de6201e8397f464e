// The version of an exported package, which grows with the model.
#pragma once

#include <string>
#include <vector>

#include "terse/export/text/files.h"

namespace terse::cli {

/// Gives the file among `files` that says the package's version (library.properties, library.json,
/// idf_component.yml, Cargo.toml, metadata.json) the one after that in `folder`: 1.0.0 if there is
/// nothing; the same if no file changes; the next patch if what travels (`id`) is the same; else
/// the next major one. version: "X.Y.Z" to take instead, or empty. Throws InputError for another
/// text.
void give_version(std::vector<export_text::File>& files, const std::string& folder,
                  const std::string& id, const std::string& version);

}  // namespace terse::cli
