// The published figures, built into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace terse::reproduce::assets {

std::string_view trainings();
std::string_view schedules();
std::string_view datasets();

}  // namespace terse::reproduce::assets
