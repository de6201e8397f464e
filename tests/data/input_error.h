// The message of what an action throws, for tests of messages.
#pragma once

#include <functional>
#include <string>

#include "terse/base/error.h"

namespace terse {

/// The whole message of the InputError that `action` throws, or a sentence that there was none.
inline std::string input_error(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::InputError& error) {
    return error.what();
  }
  return "no InputError was thrown";
}

/// The same for JobError.
inline std::string job_error(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::JobError& error) {
    return error.what();
  }
  return "no JobError was thrown";
}

}  // namespace terse
