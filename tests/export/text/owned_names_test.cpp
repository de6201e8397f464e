// Names that languages and platforms own, against the compilers and headers of this machine.
#include "terse/export/text/owned_names.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "data/temporary_folder.h"
#include "terse/export/text/files.h"

namespace terse::export_text {
namespace {

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 65536> part{};
  while (std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
    text.append(part.data(), count);
  }
  pclose(pipe);
  return text;
}

TEST(OwnerOf, KnowsLanguagesAndPlatforms) {
  EXPECT_EQ(owner_of("switch"), "a keyword of C or C++");
  for (const char* header : {"math", "string", "stdint", "stdio", "features", "arduino", "wire"}) {
    ASSERT_TRUE(owner_of(header).has_value()) << header;
    EXPECT_TRUE(owner_of(header)->starts_with("a header of")) << header;
  }
  EXPECT_EQ(owner_of("gamma"), "a function of C");
  EXPECT_EQ(owner_of("near"), "a macro of compilers");
  EXPECT_EQ(owner_of("ustruct"), "a module of Python");
  EXPECT_EQ(owner_of("lgammaf_r"), "a function of C");
  EXPECT_EQ(owner_of("esp_wifi"), "a component of ESP-IDF");
  EXPECT_EQ(owner_of("machine"), "a module of Python");
  EXPECT_EQ(owner_of("crate"), "a keyword or crate of Rust");
  EXPECT_EQ(owner_of("com7"), "a device of Windows");
  EXPECT_EQ(owner_of("size_t"), "like a type of C");
}

TEST(OwnerOf, LeavesOrdinaryNames) {
  for (const char* name : {"m", "field", "model", "greenhouse", "pump_2", "temperature",
                           "mathematics", "oil", "so2"}) {
    EXPECT_EQ(owner_of(name), std::nullopt) << name;
    EXPECT_EQ(free_name(name), name);
  }
}

TEST(FreeName, IsFree) {
  EXPECT_EQ(free_name("math"), "math_model");
  for (const char* name : {"switch", "time_t", "esp_wifi", "con"}) {
    EXPECT_EQ(identifier(free_name(name)), free_name(name));
    EXPECT_EQ(owner_of(free_name(name)), std::nullopt);
  }
}

// A namespace of that name beside what the decoder's header includes.
TEST(OwnerOf, KnowsEveryNameThatDoesNotCompile) {
  const std::string includes =
      "#include <algorithm>\n#include <array>\n#include <cmath>\n#include <cstddef>\n"
      "#include <cstdint>\n#include <optional>\n";
  const std::ptrdiff_t lines = std::ranges::count(includes, '\n');
  const TemporaryFolder folder;
  folder.write("includes.cpp", includes);
  for (const char* compiler : {"g++", "clang++"}) {
    const std::string in_folder =
        fmt::format("cd '{}' && {} -std=c++17 ", folder.path().string(), compiler);
    const std::string text = output_of(in_folder + "-E -P includes.cpp");
    const std::regex word("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    std::set<std::string> words(std::sregex_token_iterator(text.begin(), text.end(), word), {});
    ASSERT_GT(words.size(), 1000U);
    const std::vector<std::string> names(words.begin(), words.end());
    std::string source = includes;
    for (const std::string& name : names) source += "namespace " + name + " { int probe; }\n";
    folder.write("names.cpp", source);
    const std::string messages = output_of(
        in_folder + (std::string(compiler) == "g++" ? "-fmax-errors=0" : "-ferror-limit=0") +
        " -fsyntax-only names.cpp 2>&1");
    const std::regex place("names\\.cpp:([0-9]+):[0-9]+: error");
    std::size_t failing = 0;
    for (std::sregex_iterator match(messages.begin(), messages.end(), place), end; match != end;
         ++match) {
      const std::ptrdiff_t at = std::stol((*match)[1]) - lines - 1;
      if (at < 0 || at >= std::ssize(names)) continue;
      const std::string& name = names[static_cast<std::size_t>(at)];
      if (identifier(name) != name) continue;
      ++failing;
      EXPECT_TRUE(owner_of(name).has_value()) << compiler << ": " << name;
    }
    EXPECT_GT(failing, 30U) << compiler;
  }
}

// Every compiler's own dialect, which users compile with, defines more than its standards do.
TEST(OwnerOf, KnowsEveryMacroThatCompilersDefine) {
  std::size_t found = 0;
  for (const char* compiler :
       {"g++", "g++ -m32", "clang++", "avr-gcc", "arm-none-eabi-gcc", "riscv64-unknown-elf-gcc"}) {
    std::istringstream macros(output_of(fmt::format(
        "{} -dM -E -x c /dev/null 2>/dev/null | sed 's/^#define //; s/[ (].*//'", compiler)));
    for (std::string name; std::getline(macros, name);) {
      if (identifier(name) != name) continue;
      ++found;
      EXPECT_TRUE(owner_of(name).has_value()) << compiler << ": " << name;
    }
  }
  EXPECT_GE(found, 4U);
}

// A file of that name hides the module of the language from all that import it.
TEST(OwnerOf, KnowsEveryModuleOfPython) {
  std::istringstream modules(
      output_of("python3 -c 'import sys; print(*sys.stdlib_module_names, sep=chr(10))'"));
  std::size_t found = 0;
  for (std::string name; std::getline(modules, name);) {
    if (identifier(name) != name) continue;
    ++found;
    EXPECT_TRUE(owner_of(name).has_value()) << name;
  }
  EXPECT_GT(found, 100U);
}

TEST(OwnerOf, KnowsEveryHeaderOfTheCLibraries) {
  std::size_t headers = 0;
  const auto check = [&](const std::filesystem::path& path) {
    std::string name = path.stem().string();
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (path.extension() != ".h" || identifier(name) != name || name.ends_with("intrin")) return;
    ++headers;
    EXPECT_TRUE(owner_of(name).has_value()) << path;
  };
  const std::string core = "/usr/share/arduino/hardware/arduino/avr/cores/arduino";
  for (const std::string& folder :
       {std::string("/usr/lib/avr/include"), std::string("/usr/include/newlib"), core}) {
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) check(entry.path());
  }
  std::istringstream listed(output_of("dpkg -L libc6-dev"));
  for (std::string line; std::getline(listed, line);) {
    const std::filesystem::path path(line);
    if (path.parent_path() == "/usr/include") check(path);
  }
  EXPECT_GT(headers, 80U);
}

}  // namespace
}  // namespace terse::export_text
