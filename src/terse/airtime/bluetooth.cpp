#include "terse/airtime/bluetooth.h"

namespace terse::airtime {
namespace {

constexpr double byte_seconds = 8e-6;

}  // namespace

double advertising_seconds(std::size_t payload_bytes) {
  return 3.0 * byte_seconds * static_cast<double>(advertising_bytes(payload_bytes));
}

double notification_seconds(std::size_t payload_bytes) {
  return byte_seconds * static_cast<double>(notification_bytes(payload_bytes));
}

}  // namespace terse::airtime
