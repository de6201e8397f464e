// The tables of an SQLite store, their version, and how those of earlier versions become them.
// Inside the serve/store room.
#pragma once

#include <string>

#include "terse/serve/store/sqlite_statement.h"

namespace terse::serve::store {

/// In the file's header, as PRAGMA application_id: "TRSE".
inline constexpr std::int64_t sqlite_application_id = 0x54525345;
/// As PRAGMA user_version. The tables without one, or with 1 and no application_id, are version 1.
inline constexpr std::int64_t sqlite_schema_version = 3;

/// Makes the tables in an empty file, brings those of an earlier version to this one in one
/// transaction, and takes care of nothing else. Throws InputError, without having written, if the
/// file is another program's or a later version's; JobError if it fails.
void prepare_schema(sqlite3* database, const std::string& path);

}  // namespace terse::serve::store
