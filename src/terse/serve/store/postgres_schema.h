// The tables of a store in PostgreSQL, their version, and how those of earlier versions become
// them. Inside the serve/store room.
#pragma once

#include <cstdint>

#include "terse/serve/store/postgres_connection.h"

namespace terse::serve::store {

/// In the table terse_store, which version 1 did not have.
inline constexpr std::int64_t postgres_schema_version = 3;

/// Makes the tables in a database that has none of them, and brings those of version 1 to this
/// version, in one transaction and by one server alone. Throws InputError, without having written,
/// if they are another program's or a later version's; otherwise as the connection does.
void prepare_schema(PostgresConnection& connection);

}  // namespace terse::serve::store
