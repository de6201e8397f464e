// Lists of devices as SQL, in the words that SQLite and PostgreSQL have in common. Inside the
// serve/store room.
#pragma once

#include <string>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// What a query asks of a row of `devices`: conditions that are not asked for are left out, since
/// every row would pay for them. position: the function that finds a text in another, "instr" or
/// "strpos". Parameters, in this order: the part of the name, if there is one; the model, if there
/// is one; the time since when they are silent, if there is one; for the list also the most
/// devices, and those before them.
std::string count_of_devices(const DeviceQuery& query, const char* position);
/// Gives device, model, received_ms, prediction, label and measured_ms.
std::string list_of_devices(const DeviceQuery& query, const char* position);

}  // namespace terse::serve::store
